import assert from 'node:assert/strict';
import { join } from 'node:path';

import { startEmulator, type EmulatedJob, type Emulator } from '@fellrunner/emulator';

import { openZipEntry } from '../chaos/zip-entry.ts';
import { Companion } from './companion.ts';
import type { Program, Ready } from './scenario.ts';
import { rustBuild } from './workshop.ts';

export const CRATE = '0.3.2';
const LIMIT = 3;

/** A runner of ours on the Rust crate, on our emulator. */
export const rustCrate: Program = {
  name: 'rust-crate',
  title: 'A runner on the Rust crate `gitlab-runner`, on our emulator',
  prepare,
};

async function prepare(): Promise<Ready> {
  const binary = join(await rustBuild(), 'crate-runner');
  const gitlab = await startEmulator({ settings: { update_interval_s: 1 } });
  const runner = new Companion(binary, [gitlab.url, gitlab.runnerToken, String(LIMIT)]);
  return {
    version: CRATE,
    scenarios: [
      { name: 'a success and a failure', run: () => bothEnds(gitlab) },
      { name: '32 jobs, never more than three at once', run: () => limited(gitlab) },
      { name: 'artifacts', run: () => artifacts(gitlab) },
      { name: 'dependencies, downloaded at the third try', run: () => dependencies(gitlab) },
      { name: 'a job canceled by a user', run: () => canceled(gitlab) },
      { name: 'what it says of itself', run: () => metadata(gitlab) },
    ],
    async [Symbol.asyncDispose]() {
      await runner[Symbol.asyncDispose]();
      await gitlab.close();
    },
  };
}

async function bothEnds(gitlab: Emulator): Promise<void> {
  const good = gitlab.job({ name: 'good', script: ['say one', 'say grüße', 'say three'] });
  const bad = gitlab.job({ name: 'bad', script: ['say before', 'fail', 'say never'] });
  await Promise.all([good.finished(), bad.finished()]);
  assert.deepEqual([good.status, good.trace], ['success', 'one\ngrüße\nthree\n']);
  assert.deepEqual([bad.status, bad.trace], ['failed', 'before\n']);
}

async function limited(gitlab: Emulator): Promise<void> {
  const jobs = gitlab.jobs({ name: 'one of many', count: 32, script: ['say in', 'wait 1'] });
  const running = (): number => jobs.filter(({ status }) => status === 'running').length;
  let most = 0;
  await Promise.all(
    jobs.map((job) =>
      job.until(({ status }) => {
        most = Math.max(most, running());
        return status === 'success' || status === 'failed';
      }),
    ),
  );
  assert.deepEqual(new Set(jobs.map(({ status }) => status)), new Set(['success']));
  assert.deepEqual(new Set(jobs.map(({ trace }) => trace)), new Set(['in\nwaiting\n']));
  assert.equal(most, LIMIT);
}

const files = {
  name: 'files',
  script: ['write out/one.txt first', 'write out/two.txt second', 'write left.txt out'],
  artifacts: { paths: ['out/'] },
};

async function leaveFiles(gitlab: Emulator): Promise<EmulatedJob> {
  const job = await gitlab.job(files).finished();
  assert.equal(job.status, 'success');
  return job;
}

async function artifacts(gitlab: Emulator): Promise<void> {
  const archive = await (await leaveFiles(gitlab)).artifact()?.read();
  assert.equal(await openZipEntry(archive, 'out/one.txt'), 'first');
  assert.equal(await openZipEntry(archive, 'out/two.txt'), 'second');
  await assert.rejects(openZipEntry(archive, 'left.txt'));
}

async function dependencies(gitlab: Emulator): Promise<void> {
  const { id } = await leaveFiles(gitlab);
  gitlab.faults.add({ method: 'GET', path: '/artifacts$', status: 500, times: 2 });
  const script = ['read files out/one.txt', 'read files out/two.txt'];
  const job = await gitlab.job({ name: 'reader', script, dependencies: [id] }).finished();
  assert.equal(job.status, 'success');
  // It tells each failed try in the job's own log.
  assert.match(job.trace, /^(Error getting artifacts .*\n){2}first\nsecond\n$/);
}

async function canceled(gitlab: Emulator): Promise<void> {
  const job = gitlab.job({ name: 'canceled', script: ['wait 120', 'say never'] });
  await job.until(({ trace }) => trace.includes('waiting'));
  job.cancel();
  assert.equal(job.status, 'canceled');
  // Its place is free again: the runner has heard of it.
  const others = gitlab.jobs({ name: 'after it', count: LIMIT, script: ['wait 3'] });
  await Promise.all(others.map((other) => other.until(({ status }) => status === 'running')));
  await Promise.all(others.map((other) => other.finished()));
}

async function metadata(gitlab: Emulator): Promise<void> {
  const managers = gitlab.runners.flatMap((runner) => runner.managers);
  assert.equal(managers.length, 1);
  const [{ info, system_id: systemId } = { info: {}, system_id: '' }] = managers;
  assert.match(systemId, /^[sr]_\w{12}$/);
  assert.deepEqual([info.version, info.platform], [CRATE, 'linux']);
}
