import type { Emulator } from '@fellrunner/emulator';

import { allDone } from '../frame/all-done.ts';
import type { Bench, Stage } from '../frame/bench.ts';
import type { Command } from '../frame/command.ts';
import { handlerFile } from '../frame/handler-file.ts';
import { SETTINGS, startGitLab } from '../frame/gitlab.ts';
import { RunnerProcess } from '../frame/runner-process.ts';
import type { Sample } from '../frame/sample.ts';
import { startWatch } from '../frame/stopwatch.ts';

const AT_ONCE = 16;
const BATCHES = 10;
const WARM_UP = 500;

/** Whether jobs become slower when many were done before. */
export const growth: Bench = {
  name: 'growth',
  about: 'handler jobs in ten batches, all kept in the store',
  runs: 1,
  async measure(stage) {
    const size = stage.short ? 500 : 10_000;
    await using gitlab = await startGitLab();
    const args = ['--handler', handlerFile('prints-shared'), '--concurrency', String(AT_ONCE)];
    const command = keepingRunner(stage);
    await using runner = new RunnerProcess({ ...stage, command }, gitlab, args);
    const batches: Batch[] = [];
    await runBatch(runner, gitlab, WARM_UP);
    for (let batch = 0; batch < BATCHES; batch += 1) {
      batches.push(await runBatch(runner, gitlab, size));
    }
    return [...ends(batches), ...batches.flatMap((batch, index) => points(batch, index * size))];
  },
};

interface Batch {
  readonly jobsPerS: number;
  readonly memoryMb: number;
}

async function runBatch(runner: RunnerProcess, gitlab: Emulator, count: number): Promise<Batch> {
  // What the server remembers must not become what is measured.
  gitlab.reset();
  gitlab.settings(SETTINGS);
  const seconds = startWatch();
  await allDone(runner, gitlab.jobs({ count }));
  return { jobsPerS: count / seconds(), memoryMb: runner.memoryMb.now };
}

function ends(batches: readonly Batch[]): Sample[] {
  const [first, last] = [batches[0]?.jobsPerS ?? 0, batches.at(-1)?.jobsPerS ?? 0];
  const limit = { what: 'the first batch', value: first };
  return [{ what: 'jobs a second in the last batch', unit: 'jobs/s', value: last, limit }];
}

function points({ jobsPerS, memoryMb }: Batch, doneBefore: number): Sample[] {
  const curve = { of: 'jobs done before', at: doneBefore };
  return [
    { what: 'time a job', unit: 'ms', value: 1000 / jobsPerS, curve },
    { what: 'memory (RSS)', unit: 'MB', value: memoryMb, curve },
  ];
}

/** The command keeps 10,000 jobs; a program of a few lines keeps all. */
function keepingRunner({ command }: Stage): Command {
  const program = new URL('../programs/keeping-runner.ts', import.meta.url).pathname;
  const source = command.installed === undefined ? ['--conditions=@fellrunner/source'] : [];
  return { words: [process.execPath, ...source, program] };
}
