import { join } from 'node:path';

import { startEmulator } from '@fellrunner/emulator';

import { makeDemoRepository } from './demo-repository.ts';
import { Device } from './device.ts';
import { deviceRunner, shellRunner } from './runners.ts';
import { seeThrough } from './see-through.ts';
import type { Story } from './story.ts';
import { summarize } from './summarize.ts';
import { verify } from './verify.ts';

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
  const { path, commit, files } = await makeDemoRepository(root, join(folder, 'repository'));
  const source = commit === undefined ? 'as files' : `at ${commit}`;
  story.tell('repository', `this project ${source}, ${files} files`);

  await using shell = shellRunner({ root, folder, gitlab });
  await using lab = await deviceRunner({ root, folder, gitlab }, device);
  story.tell('runner', `shell, process ${shell.start()}: runs scripts in bash`);
  story.tell('runner', `device, process ${lab.start()}: runs device-handler.ts`);
  const pipeline = gitlab.pipeline({ path, variables: { NODE: process.execPath } });
  const absences = await seeThrough({ story, signal, pipeline, shell, lab });
  const exits = [await shell.stop('SIGTERM'), await lab.stop('SIGTERM')];
  story.tell('runners', 'told to stop');

  story.title('What was verified');
  const facts = await verify({ pipeline, device, folder, absences, exits });
  for (const { isTrue, text } of facts) story.fact(isTrue, text);
  story.title('Summary');
  summarize(story, pipeline);
  return facts.every(({ isTrue }) => isTrue);
}
