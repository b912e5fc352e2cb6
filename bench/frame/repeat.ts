import type { Bench, Stage } from './bench.ts';
import { makeDiskFolder } from './disk-folder.ts';
import { toRows, type Row, type Sample } from './sample.ts';
import { startWatch } from './stopwatch.ts';

const RUNS = 3;

/** A bench's rows over all its runs. */
export interface Result {
  readonly name: string;
  readonly about: string;
  readonly runs: number;
  readonly short: boolean;
  readonly seconds: number;
  readonly rows: readonly Row[];
  readonly samples: readonly (readonly Sample[])[];
}

/** How a bench is repeated. */
export interface Repetition extends Pick<Stage, 'command' | 'short'> {
  readonly runs: number | undefined;
  readonly onRun: (run: number, of: number) => void;
}

export async function repeat(bench: Bench, { onRun, runs, ...stage }: Repetition): Promise<Result> {
  const { about, name } = bench;
  const times = runs ?? (stage.short ? 1 : (bench.runs ?? RUNS));
  const seconds = startWatch();
  const samples: (readonly Sample[])[] = [];
  for (let run = 0; run < times; run += 1) {
    onRun(run + 1, times);
    using folder = makeDiskFolder();
    samples.push(await bench.measure({ ...stage, folder: folder.path }));
  }
  const { short } = stage;
  return { name, about, runs: times, short, seconds: seconds(), rows: toRows(samples), samples };
}
