import { once } from 'node:events';
import { join } from 'node:path';

import { startEmulator, type EmulatedJob, type Emulator } from '@fellrunner/emulator';

import { makeDemoRepository } from './demo-repository.ts';
import { Device } from './device.ts';
import { killInTheMiddle } from './kill-in-the-middle.ts';
import { RunnerProcess } from './runner-process.ts';
import type { Story } from './story.ts';
import { summarize } from './summarize.ts';
import { jobOf, verify } from './verify.ts';

interface Demo {
  readonly root: string;
  /** An empty one, for all that comes into being. */
  readonly folder: string;
  readonly story: Story;
  readonly signal: AbortSignal;
}

const INTRODUCTION = `A program is built, tested and packed by scripts, and tried on a device by a handler in
TypeScript. Both runners are killed amid their longest job, and started again.`;

/** Tells the story as it happens; gives whether all of it was as promised. */
export async function runDemo({ root, folder, story, signal }: Demo): Promise<boolean> {
  story.title('Fellrunner: a pipeline, two runners, and kill -9', INTRODUCTION);
  await using gitlab = await startEmulator({ settings: { update_interval_s: 1, long_poll_s: 20 } });
  story.tell('GitLab', `its coordinator, emulated at ${gitlab.url}`);
  await using device = await Device.start(join(folder, 'device'));
  story.tell('device', `a program that takes packages at ${device.url}`);
  const repository = await makeDemoRepository(root, join(folder, 'repository'));
  const source = repository.commit === undefined ? 'as files' : `at ${repository.commit}`;
  story.tell('repository', `this project ${source}, ${repository.files} files`);

  const common = { root, folder, url: gitlab.url };
  await using shell = new RunnerProcess({
    ...common,
    name: 'shell',
    token: gitlab.runnerToken,
    args: ['--executor', 'shell', '--concurrency', '2', '--builds-dir', join(folder, 'builds')],
  });
  await using lab = new RunnerProcess({
    ...common,
    name: 'device',
    token: await registerRunner(gitlab, 'device'),
    args: ['--handler', join(import.meta.dirname, 'device-handler.ts')],
    env: { DEVICE_URL: device.url },
  });
  story.tell('runner', `shell, process ${shell.start()}: runs scripts in bash`);
  story.tell('runner', `device, process ${lab.start()}: runs device-handler.ts`);

  const pipeline = gitlab.pipeline({
    path: repository.path,
    variables: { NODE: process.execPath },
  });
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

  const exits = [await shell.stop('SIGTERM'), await lab.stop('SIGTERM')];
  story.tell('runners', 'told to stop');

  story.title('What was verified');
  const absences = { season: seasonAlone, device: deviceAlone };
  const facts = await verify({ pipeline, device, folder, absences, exits });
  for (const { isTrue, text } of facts) story.fact(isTrue, text);
  story.title('Summary');
  summarize(story, pipeline);
  return facts.every(({ isTrue }) => isTrue);
}

/** An instance runner that takes jobs with a tag, and only those; gives its token. */
async function registerRunner(gitlab: Emulator, tag: string): Promise<string> {
  const answer = await fetch(`${gitlab.url}/api/v4/runners`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: gitlab.registrationToken, tag_list: tag, run_untagged: false }),
  });
  const { token } = (await answer.json()) as { token: string };
  return token;
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
