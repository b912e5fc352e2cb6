import { join } from 'node:path';

import type { JobSpec } from '@fellrunner/emulator';

import { allDone } from '../../frame/all-done.ts';
import type { Stage } from '../../frame/bench.ts';
import { startGitLab } from '../../frame/gitlab.ts';
import { RunnerProcess } from '../../frame/runner-process.ts';
import type { Sample } from '../../frame/sample.ts';
import { startWatch } from '../../frame/stopwatch.ts';

const WARM_UP = 3;

/** Jobs that differ in how much of one thing they have. */
export interface Growing {
  /** What there is more and more of; names the curve. */
  readonly of: string;
  /** One of it, where more of it is more work; undefined where the work stays the same. */
  readonly unit?: string;
  readonly sizes: readonly number[];
  readonly args: readonly string[];
  /** The job that has so many; what it needs is made in the folder. */
  readonly job: (size: number, folder: string) => JobSpec;
}

/** What a job took in all, and the most memory of a runner that had done nothing else. */
interface Measured {
  readonly size: number;
  readonly seconds: number;
  readonly memoryMb: number;
}

/**
 * A job of each size, each by a runner of its own. The time for each further one is that over the
 * next smaller job: where it stays the same, cost grows in proportion.
 */
export async function measureGrowing(stage: Stage, growing: Growing): Promise<Sample[]> {
  const samples: Sample[] = [];
  let before = await measureJob(stage, growing, 0);
  for (const size of growing.sizes) {
    const measured = await measureJob(stage, growing, size);
    samples.push(...toSamples(growing, before, measured));
    before = measured;
  }
  return samples;
}

async function measureJob(stage: Stage, growing: Growing, size: number): Promise<Measured> {
  await using gitlab = await startGitLab();
  const folder = join(stage.folder, `${growing.of.replaceAll(/\W+/g, '-')}-${size}`);
  await using runner = new RunnerProcess({ ...stage, folder }, gitlab, growing.args);
  for (let job = 0; job < WARM_UP; job += 1) {
    await allDone(runner, [gitlab.job(growing.job(0, folder))]);
  }
  const job = growing.job(size, folder);
  const seconds = startWatch();
  await allDone(runner, [gitlab.job(job)]);
  return { size, seconds: seconds(), memoryMb: runner.memoryMb.peak };
}

function toSamples({ of, unit }: Growing, before: Measured, measured: Measured): Sample[] {
  const curve = { of, at: measured.size };
  const further = (measured.seconds - before.seconds) / (measured.size - before.size);
  return [
    { what: 'the whole job', unit: 's', value: measured.seconds, curve },
    ...(unit === undefined
      ? []
      : [{ what: `each further ${unit}`, unit: 'ms', value: further * 1000, curve }]),
    { what: 'most memory (RSS)', unit: 'MB', value: measured.memoryMb, curve },
  ];
}
