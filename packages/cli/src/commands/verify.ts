import { isRunnerError } from '@fellrunner/core';

import { editConfigFile } from '../config/edit-config-file.ts';
import { ExitCode } from '../exit-code.ts';
import { note } from '../management/print.ts';
import { chooseRunners, type ChoiceFlags } from '../registration/choose-runners.ts';
import { configFile } from '../registration/config-place.ts';
import { readConfiguredRunners, type ConfiguredRunner } from '../registration/configured-runner.ts';
import { withoutEntries } from '../registration/remove-entries.ts';
import { verifyToken } from '../registration/verify-token.ts';
import { stdoutPaper } from '../terminal/paper.ts';
import { printable } from '../terminal/printable.ts';
import { formatTable, type Cell } from '../terminal/table.ts';

/** The options of `fellrunner verify`. */
export interface VerifyFlags extends ChoiceFlags {
  /** Takes those out of the file that GitLab refuses. */
  readonly delete?: true;
}

interface Verdict {
  readonly runner: ConfiguredRunner;
  readonly kind: 'good' | 'refused' | 'unreachable';
  /** Why it is not good. */
  readonly why: string;
}

const WORDS: Readonly<Record<Verdict['kind'], Cell>> = {
  good: { text: 'good', style: 'green' },
  refused: { text: 'refused', style: 'red' },
  unreachable: { text: 'not known', style: 'yellow' },
};

/**
 * Asks GitLab about the tokens of a `config.toml`. One that is refused ends the command with 4,
 * else a server that cannot be asked with 5.
 */
export async function verify(flags: VerifyFlags): Promise<ExitCode> {
  const file = configFile(flags.config);
  const chosen = chooseRunners(readConfiguredRunners(file, process.env), flags);
  const verdicts = await Promise.all(chosen.map(judge));
  const head = ['NAME', 'TOKEN', 'SERVER', 'WHY'];
  process.stdout.write(formatTable(head, verdicts.map(toRow), stdoutPaper()));
  const refused = verdicts.filter(({ kind }) => kind === 'refused').map(({ runner }) => runner);
  if (flags.delete && refused.length > 0) {
    editConfigFile(file, withoutEntries(refused));
    note(`${refused.length} refused runner(s) taken out of ${file}.`);
  } else if (refused.length > 0) return ExitCode.refused;
  return verdicts.some(({ kind }) => kind === 'unreachable') ? ExitCode.unreachable : ExitCode.done;
}

async function judge(runner: ConfiguredRunner): Promise<Verdict> {
  try {
    await verifyToken(runner);
    return { runner, kind: 'good', why: '' };
  } catch (error) {
    if (!isRunnerError(error)) throw error;
    if (error.code === 'GITLAB_UNAUTHORIZED') return { runner, kind: 'refused', why: '' };
    if (error.code === 'GITLAB_UNREACHABLE') {
      return { runner, kind: 'unreachable', why: error.message };
    }
    throw error;
  }
}

function toRow({ kind, runner, why }: Verdict): Cell[] {
  return [printable(runner.name), WORDS[kind], printable(runner.url), printable(why)];
}
