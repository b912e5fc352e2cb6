import { readdirSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { Command, runCommand } from './support/command.ts';
import { TempFolder } from './support/temp-folder.ts';

describe('an emulator', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGHUP'] as const)(
    'ends with 0 and leaves no file behind at %s',
    async (signal) => {
      using folder = new TempFolder();
      await using command = Command.start(['emulator'], { TMPDIR: folder.path });
      const { url } = JSON.parse(await command.output(/\n$/)) as { url: string };
      const body = JSON.stringify({ git: { path: process.cwd() } });
      const made = await fetch(`${url}/_emulator/jobs`, { method: 'POST', body });
      expect(made.status).toBe(201);
      expect(readdirSync(folder.path)).not.toEqual([]);
      command.send(signal);
      expect(await command.ended).toMatchObject({ exitCode: 0, stderr: '' });
      expect(readdirSync(folder.path)).toEqual([]);
    },
  );

  it('has sources for the first job of somebody who has named no repository', async () => {
    using folder = new TempFolder();
    await using emulator = Command.start(['emulator'], { TMPDIR: folder.path });
    const told = JSON.parse(await emulator.output(/\n$/)) as { url: string; runnerToken: string };
    const jobs = `${told.url}/_emulator/jobs`;
    const script = ['echo hi', 'git log --format=%s'];
    const made = await fetch(jobs, { method: 'POST', body: JSON.stringify({ script }) });
    const { id } = (await made.json()) as { id: number };
    const store = ['--store', folder.file('jobs.db'), '--max-jobs', '1'];
    const run = ['run', '--url', told.url, '--executor', 'shell', ...store];
    const env = { FELLRUNNER_TOKEN: told.runnerToken, TMPDIR: folder.path };
    expect(await runCommand(run, env)).toMatchObject({ exitCode: 0 });
    const trace = await (await fetch(`${jobs}/${id}/trace`)).text();
    expect(await (await fetch(`${jobs}/${id}`)).json(), trace).toMatchObject({ status: 'success' });
    expect(trace).toMatch(/^hi$[^]*^Initial commit$/m);
  });
});
