import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';

import { startEmulator, type Emulator } from '@fellrunner/emulator';
import * as engine from '@fellrunner/engine';
import { createManagement, type Management } from '@fellrunner/management';
import { openStore } from '@fellrunner/persistence';

/** What the document's names stand for in one line of code: each made only where it is named. */
export async function openLineScope(
  emulator: Emulator,
  line: string,
): Promise<{ readonly names: Readonly<Record<string, unknown>> } & AsyncDisposable> {
  const stack = new AsyncDisposableStack();
  const names = (...all: readonly string[]) =>
    all.some((name) => new RegExp(`\\b${name}\\b`).test(line));
  const { adminToken, registrationToken, runnerToken: token, url } = emulator;
  const gitlab = stack.use(createManagement({ url, token: adminToken }));
  const runner = stack.use(new engine.RunnerSession({ url, token }));
  const scope = Object.assign(
    { ...engine, createManagement, inspect, openStore, Readable, startEmulator },
    { emulator, gitlab, registrationToken, runner, token, url },
    { key: randomBytes(32), signal: AbortSignal.abort() },
    names('job', 'text') && (await requestJob(emulator, runner, stack)),
    names('engine', 'store') && (await openEngine(emulator, stack)),
    names('id', 'runnerToken', 'projectId', 'projectRunnerId', 'groupId') &&
      (await createPlaces(emulator, gitlab)),
  );
  return { names: scope, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function requestJob(
  emulator: Emulator,
  runner: engine.RunnerSession,
  stack: AsyncDisposableStack,
) {
  emulator.job({ script: ['make'], after_script: ['clean'] });
  const job = await runner.requestJob();
  if (job === undefined) throw new Error('The emulator handed out no job.');
  stack.use(job);
  return { job, text: job.serialize() };
}

async function openEngine({ runnerToken: token, url }: Emulator, stack: AsyncDisposableStack) {
  const folder = await mkdtemp(join(tmpdir(), 'fellrunner-coming-from-'));
  stack.defer(() => rm(folder, { recursive: true }));
  const store = stack.use(openStore(join(folder, 'runner.db')));
  const handler = new URL('handlers/does-a-line.ts', import.meta.url);
  return { store, handler, engine: new engine.Runner({ url, token, handler, store }) };
}

/** A runner of each kind, and where those of a project and a group belong. */
async function createPlaces(emulator: Emulator, gitlab: Management) {
  const lab = { description: 'lab', tags: ['lab'], maximumTimeoutS: 3600 };
  const { id, token: runnerToken } = await gitlab.runners.create({ type: 'instance_type', ...lab });
  const projectId = await control(emulator, 'projects', { path: `p-${id}` });
  const other = await control(emulator, 'projects', { path: `q-${id}` });
  const groupId = await control(emulator, 'groups', { path: `g-${id}` });
  const ofProject = await gitlab.runners.create({ type: 'project_type', projectId: other });
  const unlocked = await gitlab.runners.update(ofProject.id, { locked: false });
  const process = { systemId: 's_lab', info: { version: '1' } };
  await gitlab.runnerByToken(runnerToken).verify(process);
  return { id, runnerToken, projectId, groupId, projectRunnerId: unlocked.id };
}

async function control(emulator: Emulator, what: string, body: object): Promise<number> {
  const answer = await fetch(`${emulator.url}/_emulator/${what}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return ((await answer.json()) as { id: number }).id;
}
