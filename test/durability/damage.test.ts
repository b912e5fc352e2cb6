import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { describe, expect, test } from 'vitest';

import { until } from '../../chaos/until.ts';
import { WaitingRunner } from './waiting-runner.ts';

const MAIN = join(import.meta.dirname, '../../packages/cli/src/main.ts');

interface Checked {
  readonly status: number | null;
  readonly stdout: string;
}

function check(store: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Checked {
  const all = ['--conditions=@fellrunner/source', MAIN, 'check', '--store', store, ...args];
  return spawnSync(process.execPath, all, { encoding: 'utf8', env: { ...process.env, ...env } });
}

/** A file of 4 KiB pages of which one is overwritten: the root of a table. */
function scribbleOver(store: string, table: string): void {
  using db = new DatabaseSync(store);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const row = db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(table);
  const page = Number(row?.['rootpage']);
  const bytes = readFileSync(store);
  bytes.fill(0xaa, (page - 1) * 4096, page * 4096);
  writeFileSync(store, bytes);
}

describe('a store whose runner was killed', () => {
  test('and whose last commit was torn goes on from the one before', async () => {
    await using runner = await WaitingRunner.create();
    await runner.start();
    const jobs = [runner.handlerJob(), runner.shellJob()];
    await runner.killOnce(jobs);
    const wal = `${runner.store}-wal`;
    truncateSync(wal, statSync(wal).size - 100);
    await runner.start();
    runner.openGates();
    await runner.closed();
    expect(jobs.map(({ status }) => status)).toEqual(['success', 'success']);
  });

  test('and one of whose logs cannot be read leaves that job alone, and check mends it', async () => {
    await using runner = await WaitingRunner.create();
    await runner.start();
    const jobs = [runner.handlerJob(), runner.shellJob()];
    const [unreadable, other] = jobs as [(typeof jobs)[0], (typeof jobs)[0]];
    await runner.killOnce(jobs);
    {
      using db = new DatabaseSync(runner.store);
      db.prepare(
        `UPDATE events SET data = '{"step' WHERE seq =
           (SELECT max(seq) FROM events WHERE job_key = ?)`,
      ).run(runner.keyOf(unreadable));
    }
    await runner.start();
    runner.openGates();
    await until('the other ends', () => other.status === 'success');
    expect(runner.log).toMatch(/a job cannot go on: Event \d+ of job \d+ \(\S+\) cannot be read/);
    runner.process.signal('SIGTERM');
    await runner.process.ended();
    const { status, stdout } = check(runner.store);
    expect(status).toBe(1);
    expect(stdout).toContain(`Job ${unreadable.id} of ${runner.gitlab.url} cannot be gone on with`);
    expect(stdout).toContain('--mend mends some');
    expect(check(runner.store, ['--mend']).status).toBe(0);
    expect(check(runner.store).stdout).toContain('nothing is wrong');
    await runner.start();
    expect(runner.process.unfinishedJobs).toBe(0);
  });

  test('and one of whose spools lost its end finishes that job and the others', async () => {
    await using runner = await WaitingRunner.create();
    await runner.start();
    const [long, other] = [runner.shellJob('seq 1 20000'), runner.handlerJob()];
    await runner.killOnce([long, other]);
    const spool = join(runner.folderOf(long), 'spool');
    truncateSync(spool, Math.floor(statSync(spool).size / 2));
    await runner.start();
    runner.openGates();
    await runner.closed();
    expect([long.status, other.status]).toEqual(['success', 'success']);
    expect(long.trace).toMatch(/\nends\n/);
  });

  test.each([
    { log: 'of a few lines', prints: 'true' },
    // What of a log lies in the folder alone is missed, and makes the folder anew.
    { log: 'of many lines', prints: 'seq 1 20000' },
  ])(
    'and one of whose job folders, with a log $log, is gone fails that job, saying so, and runs nothing twice',
    async ({ prints }) => {
      await using runner = await WaitingRunner.create();
      await runner.start();
      const marks = join(runner.folder, 'marks');
      const [gone, other] = [
        runner.shellJob(`echo run >> ${marks}; ${prints}`),
        runner.handlerJob(),
      ];
      await runner.killOnce([gone, other]);
      rmSync(runner.folderOf(gone), { recursive: true });
      await runner.start();
      runner.openGates();
      await runner.closed();
      expect([gone.status, gone.failureReason]).toEqual(['failed', 'runner_system_failure']);
      expect(other.status).toBe('success');
      expect(readFileSync(marks, 'utf8')).toBe('run\n');
    },
  );

  test('and whose key file is lost gives up its jobs, says so, and takes new ones', async () => {
    await using runner = await WaitingRunner.create();
    await runner.start();
    const lost = runner.shellJob();
    await runner.killOnce([lost]);
    rmSync(`${runner.store}.key`);
    expect(check(runner.store).stdout).toContain(`needs a key that is not in ${runner.store}.key`);
    await runner.start();
    await runner.closed();
    expect(runner.log).toContain(
      `1 unfinished job(s) need a key that is not in ${runner.store}.key`,
    );
    const next = runner.handlerJob();
    await runner.wait([next]);
    runner.openGates();
    await until('the next ends', () => next.status === 'success');
  });

  test('is not opened with another key than its own, and loses nothing by the attempt', async () => {
    const key = randomBytes(32).toString('base64');
    const other = randomBytes(32).toString('base64');
    await using runner = await WaitingRunner.create({ FELLRUNNER_STORE_KEY: key });
    await runner.start();
    const job = runner.handlerJob();
    await runner.killOnce([job]);
    await runner.start({ FELLRUNNER_STORE_KEY: other });
    expect(await runner.process.ended()).toBe(3);
    expect(runner.log).toContain('does not open 1 unfinished job(s)');
    expect(check(runner.store, [], { FELLRUNNER_STORE_KEY: other }).status).toBe(1);
    expect(check(runner.store, [], { FELLRUNNER_STORE_KEY: key }).status).toBe(0);
    await runner.start();
    runner.openGates();
    await runner.closed();
    expect(job.status).toBe('success');
  });

  test.each(['jobs', 'open_jobs'])(
    'and whose table %s is damaged is refused with the file and the way out',
    async (table) => {
      await using runner = await WaitingRunner.create();
      await runner.start();
      await runner.killOnce([runner.handlerJob()]);
      scribbleOver(runner.store, table);
      await runner.start();
      expect(await runner.process.ended()).toBe(6);
      expect(runner.log).toMatch(
        new RegExp(`The store ${runner.store} is damaged .*Put a backup in its place`),
      );
      const { status, stdout } = check(runner.store);
      expect([status, stdout]).toEqual([1, expect.stringContaining('is damaged')]);
    },
  );
});

test('a script that empties its own output file is followed on, and its log says so', async () => {
  await using runner = await WaitingRunner.create();
  await runner.start();
  const job = runner.shellJob('echo one; sleep 1; echo two > /dev/stderr; echo three');
  await runner.wait([job]);
  runner.openGates();
  await runner.closed();
  expect(job.status).toBe('success');
  expect(job.trace).toMatch(/\none\nWARNING: the script has emptied .*\ntwo\nthree\njob 1 waits\n/);
  expect(job.trace).toMatch(/\nends\n/);
});
