import { mkdirSync } from 'node:fs';

import { startEmulator } from '@fellrunner/emulator';
import { describe, expect, it } from 'vitest';

import { Command } from './support/command.ts';
import { aShellJob, handlerUntil, startRunner } from './support/runner.ts';
import { TempFolder } from './support/temp-folder.ts';

const TAKEOVER = ['--takeover', '--max-jobs', '0'];

describe('run --takeover', () => {
  it('takes over a shell job that runs, of which nothing is lost and nothing is run twice', async () => {
    using folder = new TempFolder();
    await using gitlab = await startEmulator();
    const go = folder.file('go');
    const script = ['echo begun $$', `until test -e ${go}; do sleep 0.05; done`, 'echo ended $$'];
    const job = aShellJob(gitlab, { script });
    await using first = await startRunner({ folder, gitlab, more: ['--log-level', 'debug'] });
    await first.log(/step\.started/);
    await using second = await startRunner({ folder, gitlab, more: TAKEOVER });
    expect((await first.ended).exitCode).toBe(0);
    await second.log(/job goes on/);
    folder.write('go', '');
    expect((await second.ended).exitCode).toBe(0);
    expect(job.status).toBe('success');
    const trace = job.trace;
    const [, begunBy] = /^begun (\d+)$/m.exec(trace) ?? [];
    expect(trace.match(/^begun \d+$/gm)).toHaveLength(1);
    expect(trace.match(/^ended \d+$/gm)).toEqual([`ended ${begunBy}`]);
  });

  it('leaves the store to the runner that has it where its own handler cannot be loaded', async () => {
    using folder = new TempFolder();
    await using gitlab = await startEmulator();
    await using runner = await startRunner({ folder, gitlab });
    const handler = folder.write('broken.mjs', 'export default {');
    const store = ['--store', folder.file('jobs.db')];
    await using broken = Command.start(
      ['run', '--url', gitlab.url, '--handler', handler, ...store, '--takeover'],
      { FELLRUNNER_TOKEN: gitlab.runnerToken },
    );
    const { exitCode, stderr } = await broken.ended;
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/broken\.mjs cannot be loaded/);
    const job = await aShellJob(gitlab, { script: ['true'] }).finished();
    expect(job.status).toBe('success');
    runner.send('SIGTERM');
    expect((await runner.ended).exitCode).toBe(0);
  });

  it('just starts where nobody has the store', async () => {
    using folder = new TempFolder();
    await using gitlab = await startEmulator();
    await using runner = await startRunner({ folder, gitlab, more: TAKEOVER });
    expect((await runner.ended).exitCode).toBe(0);
  });

  it('starts after a runner that was killed and left its socket behind', async () => {
    using folder = new TempFolder();
    await using gitlab = await startEmulator();
    await using killed = await startRunner({ folder, gitlab });
    killed.send('SIGKILL');
    await killed.ended;
    await using runner = await startRunner({ folder, gitlab });
    await using next = await startRunner({ folder, gitlab, more: TAKEOVER });
    expect((await runner.ended).exitCode).toBe(0);
    expect((await next.ended).exitCode).toBe(0);
  });

  it('works below a folder whose name is longer than a socket may have', async () => {
    using folder = new TempFolder();
    await using gitlab = await startEmulator();
    const deep = folder.file('d'.repeat(120));
    mkdirSync(deep);
    const more = ['--store', `${deep}/jobs.db`];
    await using first = await startRunner({ folder, gitlab, more });
    await using second = await startRunner({ folder, gitlab, more: [...more, ...TAKEOVER] });
    expect((await first.ended).exitCode).toBe(0);
    expect((await second.ended).exitCode).toBe(0);
  });

  it('waits for a job that cannot go on elsewhere instead of ending it', async () => {
    using folder = new TempFolder();
    await using gitlab = await startEmulator();
    const job = gitlab.job({});
    const handler = handlerUntil(folder.file('go'));
    const more = ['--shutdown-timeout', '0'];
    await using first = await startRunner({ folder, gitlab, handler, more });
    await first.log(/job received/);
    const args = ['run', '--url', gitlab.url, '--executor', 'shell', ...TAKEOVER];
    await using second = Command.start([...args, '--store', folder.file('jobs.db')], {
      FELLRUNNER_TOKEN: gitlab.runnerToken,
    });
    await first.log(/jobs that cannot go on elsewhere are waited for/);
    expect(job.status).toBe('running');
    folder.write('go', '');
    expect((await first.ended).exitCode).toBe(0);
    expect((await second.ended).exitCode).toBe(0);
    expect(job.status).toBe('success');
  });
});
