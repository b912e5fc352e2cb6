// What the tests of the Rust crate gitlab-runner promise its users, promised here as well. The rest
// of its 21 scenarios is in runner, cancel, misbehaving-handlers and job-session.test.ts.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';

import { createPathMatcher } from '@fellrunner/archive';
import { startEmulator, type Emulator } from '@fellrunner/emulator';
import { VirtualClock } from '@fellrunner/testkit';
import { expect, test } from 'vitest';

import { Director } from './support/director.ts';
import { aRequestedJob } from './support/requested-job.ts';
import { startRunner } from './support/running-runner.ts';

/** A machine with much to do takes its time to start a thread. */
const PATIENTLY = { timeout: 30_000 };

/** In which order jobs are let to their end: not the one in which they came. */
const ANY_ORDER = [4, 0, 2, 1, 3];

test('five jobs run at once, end in any order, and each has its own log', async () => {
  await using gitlab = await startEmulator();
  await using director = await Director.start();
  const { variables } = director;
  const jobs = gitlab.jobs({ count: 5, variables });
  await using _ = await startRunner(gitlab, { handler: 'does-as-told.ts', concurrency: 5 });
  for (const { id } of jobs) await director.print(id, `log of ${id}\n`);
  expect(jobs.map(({ status }) => status)).toEqual(jobs.map(() => 'running'));
  for (const n of ANY_ORDER) {
    const job = jobs[n];
    await director.end(job?.id ?? 0);
    await job?.finished();
    expect([job?.status, job?.trace]).toEqual(['success', `log of ${job?.id}\n`]);
  }
});

test('a runner goes on picking jobs up as others end', async () => {
  await using gitlab = await startEmulator();
  await using director = await Director.start();
  const jobs = gitlab.jobs({ count: 5, variables: director.variables });
  await using _ = await startRunner(gitlab, { handler: 'does-as-told.ts', concurrency: 2 });
  for (const job of jobs) {
    await director.end(job.id);
    await job.finished();
    expect(job.status).toBe('success');
  }
  const late = gitlab.job({ variables: director.variables });
  await director.end(late.id);
  expect((await late.finished()).status).toBe('success');
});

test('of 32 jobs never more than three run at once', async () => {
  await using gitlab = await startEmulator();
  await using director = await Director.start();
  const jobs = gitlab.jobs({ count: 32, variables: director.variables });
  await using _ = await startRunner(gitlab, { handler: 'does-as-told.ts', concurrency: 3 });
  for (const [n, { id }] of jobs.entries()) {
    await Promise.all(jobs.slice(n, n + 3).map((job) => director.isReady(job.id)));
    expect(director.waiting).toBeLessThanOrEqual(3);
    await director.end(id);
  }
  await Promise.all(jobs.map((job) => job.finished()));
  expect(jobs.every(({ status }) => status === 'success')).toBe(true);
});

test('a drain waits for every job that runs, and takes no other', async () => {
  await using gitlab = await startEmulator();
  await using director = await Director.start();
  const { variables } = director;
  const jobs = gitlab.jobs({ count: 5, variables });
  await using running = await startRunner(gitlab, { handler: 'does-as-told.ts', concurrency: 5 });
  await Promise.all(jobs.map(({ id }) => director.isReady(id)));
  const stopped = running.stop('drain');
  const late = gitlab.job({ variables });
  for (const n of ANY_ORDER) await director.end(jobs[n]?.id ?? 0);
  await stopped;
  expect([...running.runner.jobs]).toEqual([]);
  expect(jobs.every(({ status }) => status === 'success')).toBe(true);
  expect(late.status).toBe('pending');
});

test('a runner asks again at once after a job, and after a pause where there was none', async () => {
  await using gitlab = await startEmulator({ settings: { live_trace: false } });
  const clock = new VirtualClock();
  await using _ = await startRunner(gitlab, { handler: 'prints.ts', checkIntervalMs: 5000, clock });
  /** How often was asked, once the runner pauses. */
  const askedBeforePause = async (): Promise<number> => {
    await expect.poll(() => clock.nextCallAt, PATIENTLY).toBe(clock.now() + 5000);
    return requestsOf(gitlab, 'jobs/request');
  };
  const idle = await askedBeforePause();
  clock.advance(4999);
  expect(requestsOf(gitlab, 'jobs/request')).toBe(idle);
  clock.advance(1);
  expect(await askedBeforePause()).toBe(idle + 1);
  const job = gitlab.job({ script: ['x'] });
  clock.advance(5000);
  await job.finished();
  // One request brings the job, the next finds that there is no other; no time has passed between.
  expect(await askedBeforePause()).toBe(idle + 3);
});

test('GitLab is told of the runner what its maker says', async () => {
  await using gitlab = await startEmulator();
  const info = {
    version: 'version-1',
    revision: 'revision-2',
    platform: 'platform-3',
    architecture: 'architecture-4',
  };
  await using _ = await startRunner(gitlab, { handler: 'prints.ts', info, systemId: 's_lab' });
  await gitlab.job({ script: ['x'] }).finished();
  const [manager] = gitlab.runners.flatMap(({ managers }) => managers);
  expect(manager).toMatchObject({ info, system_id: 's_lab' });
});

test('a step gets its script’s lines as they were written', async () => {
  await using gitlab = await startEmulator();
  await using _ = await startRunner(gitlab, { handler: 'shows-its-job.ts' });
  const script = ['command0 "a b"', 'command1 $HOME', 'several\nlines', ''];
  const job = await gitlab.job({ script }).finished();
  expect(JSON.parse(job.trace.split('\n')[0] ?? '')).toEqual({ phase: 'script', script });
});

test('variables come with their values and whether they are public and masked', async () => {
  await using gitlab = await startEmulator();
  await using _ = await startRunner(gitlab, { handler: 'shows-its-job.ts' });
  const variables = { TEST_VARIABLE: { value: 'a testing value', masked: true, public: false } };
  const job = await gitlab.job({ script: ['x'], variables }).finished();
  const shown = JSON.parse(job.trace.split('\n')[1] ?? '') as unknown;
  expect(shown).toEqual({
    id: { is: true, public: true, masked: false },
    test: { isRight: true, public: false, masked: true, shown: '[MASKED]' },
  });
});

test('the log goes out in batches, at the interval that GitLab asks for, and is not caught up', async () => {
  await using gitlab = await startEmulator({ settings: { update_interval_s: 3 } });
  const clock = new VirtualClock();
  const { session, job } = await aRequestedJob(gitlab, {}, { clock });
  const arrived = async (trace: string): Promise<void> => {
    await job.until((it) => it.trace === trace);
    // Nothing waits any more: this is the moment when the answer is here, too.
    await session.flush();
  };
  const pieces = (): number => gitlab.requests.filter((it) => it.request_bytes > 0).length;
  /** Two pieces, a moment apart: they are to arrive together, when the interval is over. */
  const batch = async (intervalMs: number): Promise<void> => {
    const [before, count] = [job.trace, pieces()];
    await session.log.write('1');
    clock.advance(intervalMs / 4);
    await session.log.write('2');
    clock.advance(intervalMs / 4);
    await nextTurn();
    expect(pieces()).toBe(count);
    clock.advance(intervalMs / 2);
    await arrived(`${before}12`);
    expect(pieces()).toBe(count + 1);
  };
  await session.log.write('0');
  await session.flush();
  await batch(3000);
  await batch(3000);
  const count = pieces();
  clock.advance(100_000);
  await session.log.write('3');
  clock.advance(1);
  await arrived('012123');
  expect(pieces()).toBe(count + 1);
  gitlab.settings({ update_interval_s: 20 });
  await session.flush();
  await batch(3000);
  await batch(20_000);
});

test('a job that prints nothing is kept alive by a piece without a byte', async () => {
  await using gitlab = await startEmulator();
  const clock = new VirtualClock();
  await aRequestedJob(gitlab, {}, { clock });
  const pieces = (): number => gitlab.requests.filter(({ method }) => method === 'PATCH').length;
  clock.advance(30_000);
  await expect.poll(pieces, PATIENTLY).toBe(1);
  await expect.poll(() => clock.nextCallAt, PATIENTLY).toBe(clock.now() + 30_000);
  clock.advance(29_999);
  await nextTurn();
  expect(pieces()).toBe(1);
  clock.advance(1);
  await expect.poll(pieces, PATIENTLY).toBe(2);
  expect(gitlab.requests.at(-1)).toMatchObject({ method: 'PATCH', request_bytes: 0 });
});

test('three files go up by patterns, and come down in the next job although two downloads fail', async () => {
  await using gitlab = await startEmulator();
  await using _ = await startRunner(gitlab, { handler: 'offers-three-files.ts' });
  const artifacts = [{ paths: ['dir', './*2', 'test/'] }];
  const upload = await gitlab.job({ script: ['x'], stage: 'build', artifacts }).finished();
  gitlab.faults.add({ method: 'GET', path: 'artifacts', status: 500, times: 2 });
  const download = gitlab.job({ script: ['x'], dependencies: [upload.id] });
  await download.finished();
  const contents = 'dir/test: testdata-dir\ntest: testdata\ntest2: testdata2\n';
  expect(download.status).toBe('success');
  expect(download.trace).toBe(contents + contents);
  const asked = gitlab.requests.filter((it) => it.method === 'GET' && /artifacts/.test(it.path));
  expect(asked.map(({ status }) => status)).toEqual([500, 500, 200]);
});

test('two artifacts of one job both arrive: all files zipped, and one as a gzipped report', async () => {
  await using gitlab = await startEmulator();
  await using _ = await startRunner(gitlab, { handler: 'offers-three-files.ts' });
  const artifacts = [
    { paths: ['*'] },
    { name: 'junit', paths: ['test2'], when: 'always', artifact_type: 'junit' },
  ] as const;
  const upload = await gitlab.job({ script: ['x'], stage: 'build', artifacts }).finished();
  const download = await gitlab.job({ script: ['x'], dependencies: [upload.id] }).finished();
  expect(download.trace.match(/^.+$/gm)).toHaveLength(6);
  const junit = upload.artifact('junit');
  expect(junit?.filename).toBe('junit.gz');
  expect(gunzipSync((await junit?.read()) ?? '').toString()).toBe('testdata2');
});

test.each([
  ['abc', 'abc', true],
  ['abc', 'a*c', true],
  ['abc/d', 'abc', true],
  ['abc/d', 'a*c', true],
  ['ab/c', 'a*c', false],
  ['abc', '.', true],
  ['abc', './abc//', true],
  ['a/b/c', 'a/**/c', true],
  ['a/b/d/e/f/c', 'a/**/c', true],
  ['a/b/c.yaml', '**/*.yaml', true],
  ['[', '[', true],
])('whether the file %s is named by %s: %s', (path, pattern, isNamed) => {
  expect(createPathMatcher([pattern])(path)).toBe(isNamed);
});

function requestsOf(gitlab: Emulator, path: string): number {
  return gitlab.requests.filter((it) => it.path.endsWith(path)).length;
}
