import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { startEmulator } from '@fellrunner/emulator';
import { MemoryEventLog } from '@fellrunner/testkit';
import { expect, test } from 'vitest';

import { Authority } from './support/certificates.ts';
import { startRunner, withJobsDir } from './support/running-runner.ts';
import { TestFolder } from './support/test-folder.ts';
import { startTlsFront } from './support/tls-front.ts';

/** A job that was left in the middle by a runner with a CA file of its own. */
async function aLeftJob() {
  const stack = new AsyncDisposableStack();
  const gitlab = stack.use(await startEmulator());
  const folder = stack.use(new TestFolder());
  const authority = new Authority('cellar');
  const certified = authority.certify({ names: ['localhost'] });
  const front = stack.use(await startTlsFront(gitlab.url, certified));
  const url = `https://localhost:${front.port}`;
  const caFile = folder.write('ca.pem', authority.cert);
  const store = withJobsDir(new MemoryEventLog(), folder.path);
  const wishes = { handler: 'resumes.ts', store };
  const variables = { DIARY: join(folder.path, 'diary'), PIECES: '6', PAUSE_MS: '150' };
  const job = gitlab.job({ script: ['x'], variables });
  {
    await using first = await startRunner(gitlab, { ...wishes, url, tls: { caFile } });
    await job.until(({ trace }) => trace.includes('piece 1 is done'));
    await first.stop('detach');
  }
  const dispose = () => stack.disposeAsync();
  return { authority, caFile, folder, gitlab, job, url, wishes, [Symbol.asyncDispose]: dispose };
}

test('a job goes on with the CA file that it came with, though its runner has another server', async () => {
  await using left = await aLeftJob();
  await using elsewhere = await startEmulator();
  await using _ = await startRunner(elsewhere, left.wishes);
  await left.job.finished();
  expect(left.job.status).toBe('success');
});

test('a job whose CA file has moved goes on with the runner’s, which is told of', async () => {
  await using left = await aLeftJob();
  rmSync(left.caFile);
  const tls = { caFile: left.folder.write('moved.pem', left.authority.cert) };
  await using running = await startRunner(left.gitlab, { ...left.wishes, url: left.url, tls });
  await left.job.finished();
  expect(left.job.status).toBe('success');
  const told = running.logged.map(({ message }) => message).find((it) => it.includes('ca.pem'));
  expect(told).toMatch(/cannot be read.*The runner's own settings are used instead/);
});
