import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { startEmulator } from '@fellrunner/emulator';
import { describe, expect, onTestFinished, test } from 'vitest';

const ROOT = dirname(import.meta.dirname);
const DEV = join(ROOT, 'scripts/dev.mjs');

describe('npm start --silent -- ARGS', () => {
  const start = (...args: readonly string[]): { stdout: string; status: number | null } =>
    spawnSync('npm', ['start', '--silent', '--', ...args], { cwd: ROOT, encoding: 'utf8' });

  test('prints what the command prints, and nothing else', () => {
    expect(start('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('exits as the command does', () => {
    expect(start('no-such-command').status).toBe(2);
  });
});

test('a signal that arrives from several sides at once does not count as a second one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fellrunner-dev-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  await using gitlab = await startEmulator();
  await using gate = createServer().listen(0, '127.0.0.1');
  await once(gate, 'listening');
  const visit = once(gate, 'request');
  const GATE = `http://127.0.0.1:${(gate.address() as AddressInfo).port}`;
  const job = gitlab.job({ variables: { GATE } });

  const handler = join(import.meta.dirname, 'handlers/waits-at-a-gate.ts');
  const options = ['--url', gitlab.url, '--handler', handler, '--store', join(folder, 'store.db')];
  const dev = spawn(process.execPath, [DEV, 'start', 'run', ...options, '--on-stop', 'drain'], {
    env: { ...process.env, FELLRUNNER_TOKEN: gitlab.runnerToken },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exit = once(dev, 'exit');
  const [, answer] = (await visit) as [unknown, ServerResponse];
  execFileSync('bash', ['-c', `for side in 1 2 3; do kill -TERM ${dev.pid}; sleep 0.05; done`]);
  answer.end();
  expect(await exit).toEqual([0, null]);
  expect(job.status).toBe('success');
});
