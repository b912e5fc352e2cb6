import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmulator } from '@fellrunner/emulator';
import { MemoryEventLog } from '@fellrunner/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';

import { removeFolder } from '../src/remove-folder.ts';
import { startRunner, withJobsDir } from './support/running-runner.ts';

const NOBODY = 65_534;

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fellrunner-folders-'));
  // Node itself cannot remove what is nested too deep.
  onTestFinished(() => void execFileSync('rm', ['-rf', folder]));
  return folder;
}

/** Does the work as somebody for whom permissions count. */
async function asNobody<T>(folder: string, work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  chownSync(folder, NOBODY, NOBODY);
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

describe('the folder of a job that has ended', () => {
  test('goes though the job made folders in it read-only', async () => {
    const folder = await aFolder();
    await asNobody(folder, async () => {
      const job = join(folder, '1');
      mkdirSync(join(job, 'mod/pkg'), { recursive: true });
      writeFileSync(join(job, 'mod/pkg/a.go'), 'package a');
      for (const name of ['mod/pkg', 'mod']) chmodSync(join(job, name), 0o555);
      await expect(rm(job, { recursive: true })).rejects.toThrow('EACCES');
      expect(await removeFolder(job)).toBeUndefined();
      expect(existsSync(job)).toBe(false);
    });
  });

  test('may stay behind, and keeps neither its runner from its end nor the next one from its start', async () => {
    await using gitlab = await startEmulator();
    const folder = await aFolder();
    const store = withJobsDir(new MemoryEventLog(), folder);
    {
      const job = gitlab.job({ script: ['x'] });
      await using running = await startRunner(gitlab, {
        handler: 'digs-deep.ts',
        store,
        maxJobs: 1,
      });
      await running.ended;
      expect(job.status).toBe('success');
      const warnings = running.logged.filter(({ level }) => level === 'warn');
      expect(warnings).toEqual([
        expect.objectContaining({
          fields: { job: job.id },
          message: expect.stringMatching(/^the job's folder stays behind: ENAMETOOLONG/),
        }),
      ]);
    }
    expect(readdirSync(folder)).toHaveLength(1);
    const next = gitlab.job({ script: ['x'] });
    await using running = await startRunner(gitlab, { handler: 'prints.ts', store });
    await next.finished();
    expect(next.status).toBe('success');
    expect(running.logged[0]).toMatchObject({
      level: 'warn',
      message: expect.stringMatching(/^the folder of a job that has ended stays behind/),
    });
  });
});
