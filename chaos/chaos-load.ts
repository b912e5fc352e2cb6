import { join } from 'node:path';

import type { Emulator } from '@fellrunner/emulator';

import {
  queueHandlerJob,
  queueShellJob,
  queueShellWithDaemons,
  type ChaosJob,
} from './chaos-jobs.ts';
import type { Seeded } from './seeded.ts';

/** What two runners have to do while they are killed. */
export interface ChaosLoad {
  /** A runner for each: its name, the tag of its jobs, and how it is started. */
  readonly runners: readonly [ChaosRunner, ChaosRunner];
  /** The shell job that shows, undisturbed, what the others' logs must look like. */
  calm(gitlab: Emulator): ChaosJob;
  queue(gitlab: Emulator, chance: Seeded, diary: string): ChaosJob;
}

export interface ChaosRunner {
  readonly tag: string;
  args(folder: string): readonly string[];
}

const handler = new URL('./chaos-handler.ts', import.meta.url).pathname;

/** One builds folder for all: what keeps them apart there is to be seen. */
const shellArgs: ChaosRunner['args'] = (folder) => [
  '--executor',
  'shell',
  '--builds-dir',
  join(folder, 'builds'),
];

/** A runner of shell jobs beside one of a handler's. */
export const mixedLoad: ChaosLoad = {
  runners: [
    { tag: 'shell', args: shellArgs },
    { tag: 'handler', args: () => ['--handler', handler] },
  ],
  calm: (gitlab) => queueShellJob(gitlab, 3),
  queue: (gitlab, chance, diary) =>
    chance.next() < 0.5
      ? queueShellJob(gitlab, chance.between(5, 60))
      : queueHandlerJob(gitlab, chance.between(2, 25), diary),
};

/** Two runners of shell jobs whose daemons would rather live on than end with them. */
export const neighbourLoad: ChaosLoad = {
  runners: [
    { tag: 'left', args: shellArgs },
    { tag: 'right', args: shellArgs },
  ],
  calm: (gitlab) => queueShellWithDaemons(gitlab, 3, 'left'),
  queue: (gitlab, chance) =>
    queueShellWithDaemons(gitlab, chance.between(5, 90), chance.next() < 0.5 ? 'left' : 'right'),
};
