import { parseArgs } from 'node:util';

import { benches } from './benches/index.ts';
import type { Bench } from './frame/bench.ts';

export const HELP = `npm run bench -- [NAME…] [OPTIONS]

Without a name all are run.

${benches.map(({ about, name }) => `  ${name.padEnd(14)} ${about}`).join('\n')}

  --runs N  how often each is measured (default: 3, for long ones 1); the range is the noise
  --short   less of everything, once: a quick look, good for ratios alone
  --source  measure the source instead of the packed and installed command
  --json    one line of JSON for each bench
  --write   put the rows into docs/performance.md
`;

/** What is to be measured, and how. */
export interface BenchOptions {
  readonly wanted: readonly Bench[];
  readonly runs: number | undefined;
  readonly help: boolean;
  readonly json: boolean;
  readonly short: boolean;
  readonly source: boolean;
  readonly write: boolean;
}

/** @throws an Error that says what is wrong with the command line. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const flag = { type: 'boolean', default: false } as const;
  const { positionals: names, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: flag,
      json: flag,
      runs: { type: 'string' },
      short: flag,
      source: flag,
      write: flag,
    },
  });
  const { runs, ...flags } = values;
  return { ...flags, runs: parseRuns(runs), wanted: findBenches(names) };
}

function findBenches(names: readonly string[]): readonly Bench[] {
  const known = benches.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`No bench ${unknown.join(', ')}; there are ${known.join(', ')}.`);
  }
  return benches.filter(({ name }) => names.length === 0 || names.includes(name));
}

function parseRuns(text: string | undefined): number | undefined {
  if (text === undefined || /^[1-9]\d*$/.test(text))
    return text === undefined ? text : Number(text);
  throw new Error(`--runs is a number from 1 on, not ${text}.`);
}
