import { once } from 'node:events';

import type { EmulatedJob, EmulatedPipeline } from '@fellrunner/emulator';

import { killInTheMiddle, type Absence } from './kill-in-the-middle.ts';
import type { RunnerProcess } from './runner-process.ts';
import type { Story } from './story.ts';
import { jobOf } from './verify.ts';

interface Scene {
  readonly story: Story;
  readonly signal: AbortSignal;
  readonly pipeline: EmulatedPipeline;
  readonly shell: RunnerProcess;
  readonly lab: RunnerProcess;
}

/**
 * Tells of a pipeline until it ends, and kills each runner amid its longest job.
 *
 * @throws what makes the rest pointless: a runner that ends by itself, a job that ends too early.
 */
export async function seeThrough(scene: Scene): Promise<{ season: Absence; device: Absence }> {
  const { story, signal, pipeline, shell, lab } = scene;
  for (const job of pipeline.jobs) void narrate(job, story);
  const [season, tried] = [jobOf(pipeline, 'season'), jobOf(pipeline, 'on-device')];
  const [seasonAlone, deviceAlone] = await Promise.race([
    Promise.all([
      killInTheMiddle({ story, signal, runner: shell, job: season, afterLines: 40 }),
      killInTheMiddle({ story, signal, runner: lab, job: tried, afterLines: 20 }),
      pipeline.finished(),
    ]),
    shell.crash,
    lab.crash,
    abortOf(signal),
  ]);
  return { season: seasonAlone, device: deviceAlone };
}

async function narrate(job: EmulatedJob, story: Story): Promise<void> {
  await job.until(({ status }) => !['created', 'pending'].includes(status));
  if (job.status === 'running') story.tell(job.name, 'running');
  await job.finished();
  story.tell(job.name, job.status, job.status === 'success' ? 'green' : 'red');
  if (job.status === 'failed') story.quote(job.trace);
}

async function abortOf(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
}
