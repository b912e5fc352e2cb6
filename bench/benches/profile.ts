import { join } from 'node:path';

import type { JobSpec } from '@fellrunner/emulator';

import { allDone } from '../frame/all-done.ts';
import type { Bench, Stage } from '../frame/bench.ts';
import { writeBuildOutput } from '../frame/build-output.ts';
import { readProfiles, type BusyTime } from '../frame/cpu-profile.ts';
import { handlerFile } from '../frame/handler-file.ts';
import { startGitLab } from '../frame/gitlab.ts';
import { RunnerProcess } from '../frame/runner-process.ts';
import type { Sample } from '../frame/sample.ts';
import { maskedVariables, shellJob } from '../frame/shell-job.ts';

const LEAST_SHARE = 0.02;
const TIMES = 64;

/** Where the time goes that the runner's threads are busy, waits for the disk among it. */
export const profile: Bench = {
  name: 'profile',
  about: 'what the threads are busy with, by `--cpu-prof`: the share of the busy time',
  runs: 1,
  async measure(stage) {
    const file = join(stage.folder, 'output');
    writeBuildOutput(file);
    const script = `for i in $(seq ${stage.short ? 1 : TIMES}); do cat ${file}; done`;
    const share = stage.short ? 0.05 : 1;
    const handler = ['--handler', handlerFile('prints-shared'), '--concurrency', '16'];
    const shell = ['--executor', 'shell', '--concurrency', '8'];
    const masked = { count: 1, variables: maskedVariables(20) };
    return [
      ...(await look(stage, 'handler jobs', handler, { count: 5000 * share })),
      ...(await look(stage, 'shell jobs', shell, shellJob('true', { count: 1000 * share }))),
      ...(await look(
        stage,
        'a long log',
        [...shell, '--output-limit', '0'],
        shellJob(script, masked),
      )),
    ];
  },
};

async function look(
  stage: Stage,
  load: string,
  args: readonly string[],
  jobs: JobSpec,
): Promise<readonly Sample[]> {
  const folder = join(stage.folder, load.replaceAll(' ', '-'));
  const profiles = join(folder, 'profiles');
  const flags = `--cpu-prof --cpu-prof-dir=${profiles}`;
  await using gitlab = await startGitLab();
  await using runner = new RunnerProcess({ ...stage, folder }, gitlab, args, {
    NODE_OPTIONS: flags,
  });
  await allDone(runner, gitlab.jobs(jobs));
  await runner.drain();
  const { main, others } = readProfiles(profiles);
  return [...toSamples(`${load}, main thread`, main), ...toSamples(`${load}, others`, others)];
}

function toSamples(thread: string, busy: BusyTime): readonly Sample[] {
  const all = [...busy.values()].reduce((sum, ms) => sum + ms, 0);
  return [...busy]
    .filter(([, ms]) => ms >= all * LEAST_SHARE)
    .toSorted(([, a], [, b]) => b - a)
    .map(([part, ms]) => ({ what: `${thread}: ${part}`, unit: '%', value: (100 * ms) / all }));
}
