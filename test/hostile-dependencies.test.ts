import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';

import { startEmulator, type Emulator } from '@fellrunner/emulator';
import { expect, onTestFinished, test } from 'vitest';

import { buildZip, link, regular, type ZipPart } from '../packages/archive/test/zip-builder.ts';

const ROOT = dirname(import.meta.dirname);
const good: ZipPart = { name: 'good.txt', data: 'good', mode: regular };
const evil = { data: 'evil', mode: regular };
const bomb = deflateRawSync(Buffer.alloc(64 * 1024 ** 2));

const archives: Readonly<Record<string, readonly [archive: Buffer, line: RegExp]>> = {
  climbing: [
    buildZip([good, { name: '../../../escaped.txt', ...evil }]),
    /"..\/..\/..\/escaped.txt"/,
  ],
  absolute: [buildZip([good, { name: '/tmp/fellrunner-escaped', ...evil }]), /fellrunner-escaped/],
  linked: [
    buildZip([
      { name: 'link', data: '../../..', mode: link },
      { name: 'link/escaped.txt', ...evil },
    ]),
    /"link\/escaped.txt"/,
  ],
  device: [buildZip([good, { name: 'device', mode: 0o020644 }]), /"device"/],
  bomb: [
    buildZip([{ name: 'zeros', packed: bomb, size: 1024 ** 3, crc: 0, method: 8, mode: regular }]),
    /at most 200 times its size/,
  ],
  encrypted: [buildZip([good, { name: 'secret', ...evil, flags: 1 }]), /encrypted/],
  broken: [buildZip([good, { name: 'b' }], { directoryOffset: 3 }), /directory/],
};

/** A finished job with any archive at all, as a runner that means harm leaves it. */
async function jobWithArchive(gitlab: Emulator, archive: Buffer): Promise<number> {
  const { id, token } = gitlab.job();
  const api = `${gitlab.url}/api/v4/jobs`;
  const send = (url: string, method: string, body: Record<string, unknown>): Promise<Response> =>
    fetch(url, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  await send(`${api}/request`, 'POST', { token: gitlab.runnerToken });
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(archive)]), 'artifacts.zip');
  const headers = { 'JOB-TOKEN': token };
  const upload = await fetch(`${api}/${id}/artifacts`, { method: 'POST', headers, body: form });
  expect(upload.status).toBe(201);
  await send(`${api}/${id}`, 'PUT', { token, state: 'success' });
  return id;
}

async function runJobs(gitlab: Emulator, folder: string, count: number): Promise<void> {
  const main = join(ROOT, 'packages/cli/src/main.ts');
  const where = ['--url', gitlab.url, '--store', join(folder, 'store.db')];
  const how = ['--executor', 'shell', '--builds-dir', join(folder, 'a/b/c/builds')];
  const limit = ['--concurrency', '4', '--max-jobs', String(count)];
  const child = spawn(
    process.execPath,
    ['--conditions=@fellrunner/source', main, 'run', ...where, ...how, ...limit],
    {
      env: { ...process.env, FELLRUNNER_TOKEN: gitlab.runnerToken },
      stdio: ['ignore', 'inherit', 'ignore'],
    },
  );
  expect(await once(child, 'exit')).toEqual([0, null]);
}

test('a job with a hostile archive for a dependency fails, says so in one line, and nothing is written outside', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fellrunner-hostile-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'a/b/c/builds'), { recursive: true });
  await using gitlab = await startEmulator();
  const sources: [name: string, id: number][] = [];
  for (const [name, [archive]] of Object.entries(archives))
    sources.push([name, await jobWithArchive(gitlab, archive)]);
  const spec = { script: ['echo "the script ran"'], variables: { GIT_STRATEGY: 'empty' } };
  const jobs = sources.map(([name, id]) => gitlab.job({ ...spec, name, dependencies: [id] }));
  await runJobs(gitlab, folder, jobs.length);
  for (const job of jobs) {
    const [, line] = archives[job.name] ?? [];
    expect([job.name, job.status, job.failureReason]).toEqual([
      job.name,
      'failed',
      'script_failure',
    ]);
    const said = job.trace.split(/\r?\n/).filter((text) => text.includes('FATAL'));
    expect(said).toEqual([expect.stringMatching(line ?? 'no line')]);
    expect(job.trace).not.toContain('the script ran');
  }
  const left = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  expect(left.filter((path) => /escaped|good\.txt|secret|zeros/.test(path))).toEqual([]);
  expect(readdirSync(tmpdir())).not.toContain('fellrunner-escaped');
});
