import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { WaitingRunner } from './waiting-runner.ts';

const handler = join(import.meta.dirname, '../handlers/does-things-once.ts');

describe('a handler', () => {
  test('that uses a key of once twice, or makes what is no JSON, fails and is told', async () => {
    await using runner = await WaitingRunner.create({}, handler);
    const [twice, noJson] = [runner.handlerJob('twice'), runner.handlerJob('no JSON')];
    await runner.start();
    await Promise.all([twice.finished(), noJson.finished()]);
    expect(twice.trace).toMatch(/Job failed: once: .*"same"/);
    expect(noJson.trace).toMatch(/Job failed: once: .*"function" cannot be kept: a function/);
  });

  test('has a body of once tried again, each time for so long, as it wishes', async () => {
    await using runner = await WaitingRunner.create({}, handler);
    const job = runner.handlerJob('retries');
    await runner.start();
    await runner.wait([job]);
    const attempts = [1, 2, 3].map((attempt) => `${job.id} attempt ${attempt}\n`);
    expect(readFileSync(join(runner.folder, 'diary'), 'utf8')).toBe(attempts.join(''));
    expect(job.trace).toBe(`by attempt 3\njob ${job.id} waits\n`);
  });

  test('whose code asks for something else after a restart fails, and the log says why', async () => {
    await using runner = await WaitingRunner.create({}, handler);
    await runner.start();
    const job = runner.handlerJob('changes');
    await runner.killOnce([job]);
    await runner.start();
    runner.openGates();
    await runner.closed();
    expect([job.status, job.failureReason]).toEqual(['failed', 'runner_system_failure']);
    expect(job.trace).toMatch(/once-not-replayed: .* did not ask again for of process/);
  });

  test.each([
    // By force GitLab takes no further word of the job.
    { force: true, told: /waits\n$/ },
    { force: false, told: /waits\ncanceled: remote (\d+) of \1 is ended\n/ },
  ])(
    'whose job was canceled while no runner was there recalls what to end: force $force',
    async ({ force, told }) => {
      await using runner = await WaitingRunner.create({}, handler);
      await runner.start();
      const job = runner.handlerJob('endless');
      await runner.killOnce([job]);
      job.cancel();
      if (force) job.cancel({ force });
      await runner.start();
      await runner.closed();
      expect(job.status).toBe('canceled');
      expect(job.trace).toMatch(told);
    },
  );
});
