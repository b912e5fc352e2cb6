import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmulator } from '@fellrunner/emulator';
import { Runner } from '@fellrunner/engine';
import { openStore } from '@fellrunner/persistence';
import { expect, onTestFinished, test } from 'vitest';

const SHELL = new URL('../packages/executors/src/shell.ts', import.meta.url);
const SECRET = 'open-sesame-42';

test("a secret in a runner's environment reaches the job, and no file of the store", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fellrunner-options-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await using gitlab = await startEmulator();
  await using store = openStore(join(folder, 'store.db'));
  const [buildsDir, cacheDir] = [join(folder, 'builds'), join(folder, 'cache')];
  const runner = new Runner({
    url: gitlab.url,
    token: gitlab.runnerToken,
    handler: SHELL,
    handlerOptions: { buildsDir, cacheDir, environment: [`SESAME=${SECRET}`] },
    env: { ...process.env, HOME: folder },
    maxJobs: 1,
    store,
  });
  const script = [`test "$SESAME" = open-sesame-$((40 + 2))`];
  const job = gitlab.job({ script, variables: { GIT_STRATEGY: 'empty' } });
  await runner.run();
  expect(job.status).toBe('success');
  const files = readdirSync(folder).filter((name) => name.startsWith('store.db'));
  const texts = files
    .filter((name) => !name.endsWith('.jobs'))
    .map((name) => readFileSync(join(folder, name), 'latin1'));
  expect(texts.join('')).toContain('job.received');
  expect(texts.join('')).not.toContain(SECRET);
});
