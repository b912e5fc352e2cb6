import { nearestWord } from '../config/nearest-word.ts';
import { UsageError } from '../exit-code.ts';
import { printable } from '../terminal/printable.ts';
import type { ConfiguredRunner } from './configured-runner.ts';

/** The options by which a command is told which runners of a file it is about. */
export interface ChoiceFlags {
  readonly config?: string;
  readonly name?: string;
  readonly url?: string;
  readonly token?: string;
}

/** Thrown where a file has no such runner. */
class RunnerNotFound extends Error {
  override readonly name = 'RunnerNotFound';
}

/**
 * The runners that the options name; all where they name none.
 *
 * @throws RunnerNotFound, with the nearest name.
 */
export function chooseRunners(
  runners: readonly ConfiguredRunner[],
  { name, token, url }: ChoiceFlags,
): readonly ConfiguredRunner[] {
  const chosen = runners.filter(
    (runner) =>
      (name === undefined || runner.name === name) &&
      (url === undefined || withoutSlash(runner.url) === withoutSlash(url)) &&
      (token === undefined || runner.token.reveal() === token),
  );
  if (chosen.length > 0) return chosen;
  if (runners.length === 0) throw new RunnerNotFound('The file has no runners.');
  if (name === undefined) throw new RunnerNotFound('There is no such runner in the file.');
  const nearest = nearestWord(
    name,
    runners.map((runner) => runner.name),
  );
  const meant = nearest === undefined ? '' : `; did you mean ${printable(nearest)}?`;
  throw new RunnerNotFound(`No runner is called ${printable(name)}${meant}`);
}

/**
 * The one runner that the options name.
 *
 * @throws UsageError where they name none or several; RunnerNotFound.
 */
export function chooseOne(
  runners: readonly ConfiguredRunner[],
  flags: ChoiceFlags,
): ConfiguredRunner {
  if (flags.name === undefined && flags.token === undefined) {
    throw new UsageError('say which runner: --name NAME, or --token TOKEN.');
  }
  const [first, ...others] = chooseRunners(runners, flags);
  if (first !== undefined && others.length === 0) return first;
  throw new UsageError(
    `${others.length + 1} runners are called that; add --url or --token to say which is meant.`,
  );
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
