import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';

import { startEmulator } from '@fellrunner/emulator';
import { expect, onTestFinished, test } from 'vitest';

const ROOT = dirname(import.meta.dirname);
const RUNNER = join(ROOT, 'examples/minimal-runner/runner.ts');

/** The README's first block of TypeScript. */
function firstBlock(): string | undefined {
  return /^```ts\n(.*?)^```$/ms.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'))?.[1];
}

test('the first code of the README is a runner that we run, in 20 lines at most', () => {
  const block = firstBlock();
  expect(block).toBe(readFileSync(RUNNER, 'utf8'));
  expect(block?.trimEnd().split('\n').length).toBeLessThanOrEqual(20);
});

test('that runner does a job, and stops when it is told to', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fellrunner-readme-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  await using gitlab = await startEmulator();
  const job = gitlab.job({ name: 'survey', script: ['camera on', 'climb 40'] });
  const runner = spawn(process.execPath, ['--conditions=@fellrunner/source', RUNNER], {
    cwd: folder,
    env: { ...process.env, GITLAB_URL: gitlab.url, RUNNER_TOKEN: gitlab.runnerToken },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const complaints = text(runner.stderr);
  await Promise.race([job.finished(), once(runner, 'exit')]);
  runner.kill('SIGTERM');
  const [code] = (await once(runner, 'exit')) as [number | null];
  expect({ status: job.status, code, complaints: await complaints }).toEqual({
    status: 'success',
    code: 0,
    complaints: '',
  });
  expect(job.trace).toMatch(
    /^survey flies as [\w-]{36}\non board: camera on\non board: climb 40\n$/,
  );
});
