import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

import { describe, expect, test } from 'vitest';

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

test('a signal that arrives from several sides at once reaches the command once', async () => {
  const dev = spawn(process.execPath, [DEV, 'start', 'emulator'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(createInterface(dev.stdout), 'line');
  dev.kill('SIGTERM');
  dev.kill('SIGTERM');
  expect(await once(dev, 'exit')).toEqual([0, null]);
});
