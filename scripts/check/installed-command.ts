import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';

import { packPackages } from './packages.ts';
import { runTool } from './run-tool.ts';

const HANDLER = `export default {
  async step(ctx) {
    if (ctx.phase === 'script') await ctx.log.line('done by the installed command');
  },
};
`;

/** Installs the packed command as a user would, and has it do a job with a handler of ours. */
export async function checkInstalledCommand(): Promise<void> {
  using packed = await packPackages();
  const folder = join(packed.folder, 'user');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund'];
  await runTool('npm', [...install, ...packed.tarballs], { cwd: folder });
  const command = join(folder, 'node_modules/.bin/fellrunner');
  const manifest = readFileSync(join(folder, 'node_modules/@fellrunner/cli/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  assert.equal(await runTool(command, ['--version'], { cwd: folder }), `${version}\n`);
  assert.match(await runTool(command, ['--help'], { cwd: folder }), /^Usage: fellrunner/m);
  await doOneJob(command, folder);
}

async function doOneJob(command: string, folder: string): Promise<void> {
  writeFileSync(join(folder, 'handler.ts'), HANDLER);
  const emulator = spawn(command, ['emulator', '--listen', '127.0.0.1:0'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(createInterface(emulator.stdout), 'line')) as [string];
    const { url, runnerToken } = JSON.parse(line) as { url: string; runnerToken: string };
    const jobs = `${url}/_emulator/jobs`;
    const headers = { 'content-type': 'application/json' };
    const created = await fetch(jobs, { method: 'POST', headers, body: '{}' });
    const { id } = (await created.json()) as { id: number };
    const options = ['--url', url, '--handler', 'handler.ts', '--store', 'store.db'];
    await runTool(command, ['run', ...options, '--max-jobs', '1'], {
      cwd: folder,
      env: { ...process.env, FELLRUNNER_TOKEN: runnerToken },
    });
    const trace = await fetch(`${jobs}/${id}/trace`);
    assert.equal(await trace.text(), 'done by the installed command\n');
  } finally {
    emulator.kill();
    await once(emulator, 'exit');
  }
}
