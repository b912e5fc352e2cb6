import { join } from 'node:path';

import type { Emulator } from '@fellrunner/emulator';

import type { Device } from './device.ts';
import { RunnerProcess } from './runner-process.ts';

interface Place {
  readonly root: string;
  readonly folder: string;
  readonly gitlab: Emulator;
}

/** Runs the scripts of jobs without tags. */
export function shellRunner({ root, folder, gitlab }: Place): RunnerProcess {
  return new RunnerProcess({
    name: 'shell',
    root,
    folder,
    url: gitlab.url,
    token: gitlab.runnerToken,
    args: ['--executor', 'shell', '--concurrency', '2', '--builds-dir', join(folder, 'builds')],
  });
}

/** Has jobs with the tag `device` done by `device-handler.ts`. */
export async function deviceRunner(place: Place, device: Device): Promise<RunnerProcess> {
  const { root, folder, gitlab } = place;
  return new RunnerProcess({
    name: 'device',
    root,
    folder,
    url: gitlab.url,
    token: await registerRunner(gitlab, 'device'),
    args: ['--handler', join(import.meta.dirname, 'device-handler.ts')],
    env: { DEVICE_URL: device.url },
  });
}

/** Makes an instance runner that takes jobs with a tag, and only those; gives its token. */
async function registerRunner(gitlab: Emulator, tag: string): Promise<string> {
  const answer = await fetch(`${gitlab.url}/api/v4/runners`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: gitlab.registrationToken, tag_list: tag, run_untagged: false }),
  });
  const { token } = (await answer.json()) as { token: string };
  return token;
}
