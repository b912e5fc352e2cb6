import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmulator } from '@fellrunner/emulator';
import { Runner } from '@fellrunner/engine';
import { openStore } from '@fellrunner/persistence';
import { expect, onTestFinished, test, vi } from 'vitest';

import { JumpingClock } from './jumping-clock.ts';

const HANDLER = new URL('./handlers/prints-a-file.ts', import.meta.url);
const TEN_MINUTES_MS = 600_000;
const HALF_A_DAY = 72;

test('a server that is away for half a day has the log, the artifact and the result when it is back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fellrunner-away-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const data = join(folder, 'data.txt');
  writeFileSync(data, 'all that it said\n'.repeat(500));
  const clock = new JumpingClock();
  await using gitlab = await startEmulator();
  await using store = openStore(join(folder, 'runner.db'));
  const runner = new Runner({
    url: gitlab.url,
    token: gitlab.runnerToken,
    handler: HANDLER,
    store,
    clock,
  });
  const stopped = new AbortController();
  const running = runner.run({ signal: stopped.signal });

  const artifacts = [{ paths: ['data'] }];
  const job = gitlab.job({ variables: { DATA: data }, artifacts });
  await job.until(({ status }) => status === 'running');
  gitlab.faults.add({ reset: true });
  // Half a day is far more than its script may take: that has to be over.
  const names = (): string[] => [...runner.jobs].map(({ state }) => state.name);
  await vi.waitUntil(() => names().includes('uploading.artifacts'), { timeout: 30_000 });
  for (let waited = 0; waited < HALF_A_DAY; waited += 1) {
    const { struck } = gitlab.faults;
    // It is tried again and again, however long it has been in vain.
    await vi.waitFor(() => {
      clock.jump(TEN_MINUTES_MS);
      expect(gitlab.faults.struck).toBeGreaterThan(struck);
    }, 10_000);
  }
  expect([...runner.jobs]).toHaveLength(1);
  expect(job.status).toBe('running');

  gitlab.faults.clear();
  const ended = job.finished();
  const impatience = setInterval(() => clock.jump(TEN_MINUTES_MS), 100);
  onTestFinished(() => clearInterval(impatience));
  await ended;
  expect([job.status, job.trace]).toEqual(['success', 'all that it said\n'.repeat(500)]);
  expect(job.artifact()?.size).toBeGreaterThan(0);
  stopped.abort();
  await running;
});
