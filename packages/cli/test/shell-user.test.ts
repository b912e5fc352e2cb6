import { chmodSync, existsSync } from 'node:fs';

import { startEmulator } from '@fellrunner/emulator';
import { describe, expect, it } from 'vitest';

import { Command, runCommand } from './support/command.ts';
import { aShellJob, startRunner } from './support/runner.ts';
import { TempFolder } from './support/temp-folder.ts';

/** An account that every system has. */
const USER = 'nobody';

describe.skipIf(process.getuid?.() !== 0)('run --user', () => {
  it('gives scripts that account, and not the files of the runner', async () => {
    using folder = new TempFolder();
    chmodSync(folder.path, 0o711);
    await using gitlab = await startEmulator();
    await using _ = await startRunner({ gitlab, folder, more: ['--user', USER] });
    const key = folder.file('jobs.db.key');
    expect(existsSync(key)).toBe(true);
    const job = aShellJob(gitlab, { script: ['id -un', `test -r ${key} || echo "it is closed"`] });
    await job.finished();
    expect(job.status).toBe('success');
    expect(job.trace).toMatch(new RegExp(`^${USER}$`, 'm'));
    expect(job.trace).toMatch(/^it is closed$/m);
  });

  it('goes before the user of a config.toml', async () => {
    using folder = new TempFolder();
    chmodSync(folder.path, 0o711);
    await using gitlab = await startEmulator();
    const config = folder.write(
      'config.toml',
      `user = "daemon"\n[[runners]]\nurl = "${gitlab.url}"\ntoken = "${gitlab.runnerToken}"\nexecutor = "shell"\n`,
    );
    const store = folder.file('jobs.db');
    await using _ = Command.start(['run', '--config', config, '--store', store, '--user', USER]);
    const job = aShellJob(gitlab, { script: ['id -un'] });
    await job.finished();
    expect(job.trace).toMatch(new RegExp(`^${USER}$`, 'm'));
  });

  it('ends with 3 where there is no such account', async () => {
    using folder = new TempFolder();
    await using gitlab = await startEmulator();
    const args = ['run', '--url', gitlab.url, '--executor', 'shell', '--user', 'nobody-at-all'];
    const { exitCode, stderr } = await runCommand([...args, '--store', folder.file('jobs.db')], {
      FELLRUNNER_TOKEN: gitlab.runnerToken,
    });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('Scripts cannot run as "nobody-at-all": there is no such account.');
  });

  it('ends with 3 where that account cannot come to the projects’ folders', async () => {
    using folder = new TempFolder();
    await using gitlab = await startEmulator();
    const args = ['run', '--url', gitlab.url, '--executor', 'shell', '--user', USER];
    const { exitCode, stderr } = await runCommand([...args, '--store', folder.file('jobs.db')], {
      FELLRUNNER_TOKEN: gitlab.runnerToken,
    });
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`that account may not enter ${folder.path}, where `);
  });
});
