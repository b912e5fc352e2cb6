import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import type { Contestant } from './contestant.ts';
import type { Scenario } from './scenarios.ts';

const run = promisify(execFile);

/** What the coordinator saw of one run, by its own names. */
export type Figures = Readonly<Record<string, unknown>>;

/**
 * Has the coordinator start a runner and give it a scenario's work.
 *
 * @throws an Error with its word, where a job failed, was lost, or its log did not arrive whole.
 */
export async function runOnce(
  coordinator: string,
  { options, shortOptions }: Scenario,
  contestant: Contestant,
  short: boolean,
): Promise<Figures> {
  const own = [...(contestant.options ?? []), ...(short ? shortOptions : [])];
  const args = ['run', '--json', ...options, ...own, '--', ...contestant.words];
  const { stdout } = await run(coordinator, args, { maxBuffer: 2 ** 24 });
  return JSON.parse(stdout) as Figures;
}
