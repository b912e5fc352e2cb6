import { startEmulator } from '@fellrunner/emulator';
import { describe, expect, it } from 'vitest';

import { runCommand } from './support/command.ts';
import { TempFolder } from './support/temp-folder.ts';

async function setup() {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(new TempFolder());
  const gitlab = stack.use(await startEmulator());
  const args = ['run', '--url', gitlab.url, '--executor', 'shell', '--max-jobs', '0'];
  const store = ['--store', folder.file('jobs.db')];
  const dispose = (): Promise<void> => stack.disposeAsync();
  return { folder, gitlab, args: [...args, ...store], [Symbol.asyncDispose]: dispose };
}

describe('the runner token', () => {
  it('is read from a file that its owner alone can read, without a word', async () => {
    await using world = await setup();
    const file = world.folder.write('token', `${world.gitlab.runnerToken}\n`);
    const { exitCode, stderr } = await runCommand([...world.args, '--token-file', file]);
    expect(exitCode).toBe(0);
    expect(stderr).not.toContain('warn');
  });

  it('is warned of where everybody can read its file', async () => {
    await using world = await setup();
    const { gitlab, folder, args } = world;
    const file = folder.write('token', gitlab.runnerToken, 0o644);
    const { exitCode, stderr } = await runCommand([...args, '--token-file', file]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(`everybody can read the token in ${file}; chmod 600`);
    expect(stderr).not.toContain(gitlab.runnerToken);
  });

  it('is warned of on the command line, where others can see it', async () => {
    await using world = await setup();
    const { gitlab, args } = world;
    const { exitCode, stderr } = await runCommand([...args, '--token', gitlab.runnerToken]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('others on this machine can see what --token says');
    expect(stderr).not.toContain(gitlab.runnerToken);
  });
});
