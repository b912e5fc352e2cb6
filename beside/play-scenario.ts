import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmulator, type EmulatedJob, type Emulator } from '@fellrunner/emulator';

import { lastingProcesses, leftFiles, leftProcesses } from './leftovers.ts';
import type { Outcome } from './outcome.ts';
import { readCaches, readJob } from './read-outcome.ts';
import { makeRepositories, type Repositories } from './repositories.ts';
import { endRunner, startRunner, type RunnerKind } from './runner-under-comparison.ts';
import type { Scenario, ScenarioJob } from './scenario.ts';

const LONGEST_JOB_MS = 60_000;
const LONGEST_END_MS = 8_000;

/** Gives a scenario to a runner: a GitLab, a folder and a process for this scenario alone. */
export async function playScenario(scenario: Scenario, kind: RunnerKind): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'fellrunner-beside-'));
  mkdirSync(join(folder, 'state'));
  await using gitlab = await startEmulator({
    settings: { update_interval_s: 1, flush_delay_s: 0, long_poll_s: 1 },
  });
  const token = gitlab.runnerToken;
  const repositories = makeRepositories(join(folder, 'origin'));
  await addShed(gitlab, repositories);
  const options = { folder, url: gitlab.url, token, config: scenario.config ?? '' };
  const child = startRunner(kind, options);
  const jobs: EmulatedJob[] = [];
  try {
    for (const job of scenario.jobs) jobs.push(await doJob(gitlab, job, jobs, repositories));
    await endRunner(child, LONGEST_END_MS);
    const processes = await lastingProcesses(folder);
    const where = { folder, url: gitlab.url, runnerToken: token };
    return {
      jobs: await Promise.all(jobs.map((job) => readJob(job, where))),
      cache: await readCaches(join(folder, 'cache')),
      left: [...processes.map(({ command }) => command), ...leftFiles(folder)],
    };
  } finally {
    await endRunner(child, 0);
    for (const { pid } of leftProcesses(folder)) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Puts a job into the queue and waits for its end; it is canceled where the scenario says so. */
async function doJob(
  gitlab: Emulator,
  { cancelAt, needs, ...spec }: ScenarioJob,
  before: readonly EmulatedJob[],
  { hills }: Repositories,
): Promise<EmulatedJob> {
  const dependencies = needs?.map((place) => before[place]?.id ?? 0);
  const job = gitlab.job({
    git: { path: hills },
    ...spec,
    ...(dependencies === undefined ? {} : { dependencies }),
  });
  const signal = AbortSignal.timeout(LONGEST_JOB_MS);
  const isOver = (it: EmulatedJob): boolean =>
    ['success', 'failed', 'canceled'].includes(it.status);
  try {
    if (cancelAt !== undefined) {
      await job.until((it) => isOver(it) || it.trace.includes(cancelAt), { signal });
      job.cancel();
    }
    return await job.until(isOver, { signal });
  } catch (error) {
    // A job that nobody takes, or that never ends, is an outcome too.
    if (signal.aborted) return job;
    throw error;
  }
}

/** The project of the submodule, beside the default one; its one job is for nobody. */
async function addShed(gitlab: Emulator, { shed }: Repositories): Promise<void> {
  const answer = await fetch(`${gitlab.url}/_emulator/projects`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ path: 'shed' }),
  });
  const { id } = (await answer.json()) as { readonly id: number };
  gitlab.job({ project_id: id, git: { path: shed }, tags: ['nobody'] });
}
