import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test, type TestContext } from 'vitest';

import { until } from '../../chaos/until.ts';
import { WaitingRunner } from './waiting-runner.ts';

const SHIM = join(import.meta.dirname, '../../packages/persistence/test/support/failing-disk.c');

/** A runner whose writes to certain files find no room while a file is there. */
interface FullDisk {
  readonly env: NodeJS.ProcessEnv;
  fill(): void;
  free(): void;
}

/** Needs Linux and a C compiler; a test without them is skipped. */
function prepareDisk(context: TestContext, folder: string, part: string): FullDisk {
  const library = join(folder, 'failing-disk.so');
  const compiled = spawnSync('cc', ['-shared', '-fPIC', '-o', library, SHIM, '-ldl']);
  if (compiled.status !== 0) context.skip('the failing disk needs Linux and cc');
  const flag = join(folder, 'full');
  return {
    env: { LD_PRELOAD: library, FAIL_WHILE: flag, FAIL_PATH: part },
    fill: () => writeFileSync(flag, ''),
    free: () => rmSync(flag),
  };
}

test('while the store’s disk is full no job is asked for and those that run go on', async (context) => {
  await using runner = await WaitingRunner.create();
  const disk = prepareDisk(context, runner.folder, `${runner.store}-wal`);
  await runner.start(disk.env);
  const jobs = [runner.handlerJob(), runner.shellJob()];
  await runner.wait(jobs);
  disk.fill();
  runner.openGates();
  await until('it says so', () => runner.log.includes(`No room for the store ${runner.store}`));
  const next = runner.handlerJob();
  await until('their logs go on', () => jobs.every(({ trace }) => trace.includes('ends\n')));
  expect([...jobs, next].map(({ status }) => status)).toEqual(['running', 'running', 'pending']);
  disk.free();
  await until('all have ended', () => [...jobs, next].every(({ status }) => status === 'success'));
  await runner.closed();
});

test('a disk that is full for everything ends what must write then, and the runner goes on', async (context) => {
  await using runner = await WaitingRunner.create();
  const disk = prepareDisk(context, runner.folder, runner.store);
  await runner.start(disk.env);
  const job = runner.handlerJob();
  await runner.wait([job]);
  disk.fill();
  runner.openGates();
  await until('it says so', () => runner.log.includes("the runner's disk is full"));
  await until('it waits', () => runner.log.includes(`No room for the store ${runner.store}`));
  expect(job.status).toBe('running');
  disk.free();
  await runner.closed();
  expect([job.status, job.failureReason]).toEqual(['failed', 'runner_system_failure']);
  const next = runner.handlerJob();
  await until('the next has ended', () => next.status === 'success');
});

test('a spool that cannot be written fails its own job, saying so, and no other', async (context) => {
  await using runner = await WaitingRunner.create();
  const disk = prepareDisk(context, runner.folder, `${runner.store}.jobs/1/spool`);
  disk.fill();
  await runner.start(disk.env);
  const unlucky = runner.shellJob('seq 1 20000');
  await until('it is here', () => runner.process.unfinishedJobs === 1);
  const other = runner.shellJob('seq 1 20000');
  await runner.wait([other]);
  runner.openGates();
  await runner.closed();
  expect([unlucky.status, unlucky.failureReason]).toEqual(['failed', 'runner_system_failure']);
  expect(unlucky.trace).toContain("the runner's disk is full");
  expect(other.status).toBe('success');
  expect(other.trace).toContain('\n20000\n');
});
