import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { systemClock, type Clock } from '@fellrunner/core';
import { startEmulator } from '@fellrunner/emulator';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { startRunner } from './support/running-runner.ts';

describe('a job done by a handler', () => {
  test('succeeds with exactly the log that its handler wrote', async () => {
    await using gitlab = await startEmulator();
    await using _ = await startRunner(gitlab, { handler: 'prints.ts' });
    const job = await gitlab.job({ script: ['one', 'zwei ÄÖÜ 🏃'] }).finished();
    expect(job.status).toBe('success');
    expect(job.trace).toBe('one\nzwei ÄÖÜ 🏃\n');
  });

  test('fails with the reason and exit code that its handler gives', async () => {
    await using gitlab = await startEmulator();
    await using _ = await startRunner(gitlab, { handler: 'prints.ts' });
    const variables = { FAIL: 'runner_external_dependency_failure', EXIT_CODE: '42' };
    const job = await gitlab.job({ script: ['x'], variables }).finished();
    expect(job).toMatchObject({
      status: 'failed',
      failureReason: 'runner_external_dependency_failure',
      exitCode: 42,
    });
    expect(job.trace).toMatch(/\nERROR: Job failed: .*\n$/);
  });

  test('never shows a masked variable or its token', async () => {
    await using gitlab = await startEmulator();
    await using _ = await startRunner(gitlab, { handler: 'prints.ts' });
    const variables = { PASSWORD: { value: 'correct horse battery', masked: true } };
    const script = ['it is $PASSWORD', 'and $CI_JOB_TOKEN'];
    const job = await gitlab.job({ script, variables }).finished();
    expect(job.trace).toBe('it is [MASKED]\nand [MASKED]\n');
  });

  test('runs after_script whatever came before it, and tells it how the job stands', async () => {
    await using gitlab = await startEmulator();
    await using _ = await startRunner(gitlab, { handler: 'prints.ts' });
    const variables = { FAIL: 'script_failure' };
    const job = await gitlab.job({ script: ['x'], after_script: ['y'], variables }).finished();
    expect(job.trace).toContain('after_script: failed\n');
    expect(job.status).toBe('failed');
  });

  test('ends its log at the limit, with the notice and the reason of its failure', async () => {
    await using gitlab = await startEmulator();
    await using _ = await startRunner(gitlab, { handler: 'prints.ts', outputLimitBytes: 2000 });
    const script = Array.from({ length: 100 }, () => 'x'.repeat(99));
    const job = await gitlab.job({ script, variables: { FAIL: 'script_failure' } }).finished();
    expect(job.trace).toContain("Job's log exceeded limit of 2000 bytes.");
    expect(job.trace).toMatch(/ERROR: Job failed: .*\n$/);
    expect(job.traceBytes.length).toBeLessThan(2600);
  });

  test('fails with a reason when GitLab sends what nobody can read', async () => {
    await using gitlab = await startEmulator();
    await using _ = await startRunner(gitlab, { handler: 'prints.ts' });
    const job = await gitlab.job({ script: ['x'], payload: { variables: 'none' } }).finished();
    expect(job).toMatchObject({ status: 'failed', failureReason: 'runner_system_failure' });
    expect(job.trace).toMatch(/cannot read what GitLab sent: variables/);
  });

  test('ignores what it does not know in a payload', async () => {
    await using gitlab = await startEmulator();
    await using _ = await startRunner(gitlab, { handler: 'prints.ts' });
    const payload = { brand_new: { deep: [1] }, job_info: { more: true } };
    const job = await gitlab.job({ script: ['x'], payload }).finished();
    expect(job.status).toBe('success');
  });
});

describe('a runner', () => {
  test('never runs more jobs than it has slots, and runs all of them', async () => {
    await using gitlab = await startEmulator();
    await using running = await startRunner(gitlab, { handler: 'misbehaves.ts', concurrency: 3 });
    const jobs = Array.from({ length: 12 }, () => gitlab.job({ name: 'good', script: ['x'] }));
    let most = 0;
    const count = (): void => {
      const busy = [...running.runner.jobs].filter(
        ({ state }) => !state.name.startsWith('finished'),
      );
      most = Math.max(most, busy.length);
    };
    await Promise.all(jobs.map((job) => job.until(() => (count(), job.status === 'success'))));
    expect(most).toBe(3);
  });

  test('ends by itself when the jobs that it may take are reported', async () => {
    await using gitlab = await startEmulator();
    const jobs = Array.from({ length: 5 }, () => gitlab.job({ script: ['x'] }));
    await using running = await startRunner(gitlab, { handler: 'prints.ts', maxJobs: 3 });
    await running.ended;
    expect(jobs.filter(({ status }) => status === 'success')).toHaveLength(3);
    expect(jobs.filter(({ status }) => status === 'pending')).toHaveLength(2);
  });

  test('keeps nothing of a finished job but its events', async () => {
    await using gitlab = await startEmulator();
    gitlab.job({ script: ['x'] });
    await using running = await startRunner(gitlab, { handler: 'prints.ts', maxJobs: 1 });
    await running.ended;
    expect(await running.store.unfinished()).toEqual([]);
  });

  test('says that its handler is still being loaded, and goes on once it is', async () => {
    await using gitlab = await startEmulator();
    const gate = join(await mkdtemp(join(tmpdir(), 'fellrunner-gate-')), 'gate');
    onTestFinished(() => rm(dirname(gate), { recursive: true }));
    await using running = await startRunner(gitlab, {
      handler: 'loads-late.ts',
      env: { GATE: gate },
      clock: clockThatRuns(50),
    });
    const words = { level: 'warn', message: 'the handler is still being loaded' };
    await vi.waitUntil(() => running.logged.length > 0, { timeout: 30_000 });
    expect(running.logged).toEqual([expect.objectContaining(words)]);
    await writeFile(gate, '');
    const job = await gitlab.job({ script: ['x'] }).finished();
    expect(job.trace).toBe('here at last\n');
  });
});

/** A clock on which so many seconds go by in one. */
function clockThatRuns(times: number): Clock {
  const start = systemClock.now();
  return {
    now: () => start + (systemClock.now() - start) * times,
    callAt: (at, callback) => systemClock.callAt(start + (at - start) / times, callback),
  };
}
