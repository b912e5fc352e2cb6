import { startEmulator } from '@fellrunner/emulator';
import { describe, expect, test } from 'vitest';

import { startRunner } from './support/running-runner.ts';

/** What ends only by its timeout has a short one; a slow machine must not end the others by theirs. */
const ENDLESS_S = 15;

const reasons: [name: string, word: RegExp, failureReason: string][] = [
  ['throws', /no such device/, 'script_failure'],
  ['exits', /the handler ended its thread/, 'runner_system_failure'],
  ['rejects', /left a rejection unhandled: nobody waits for me/, 'runner_system_failure'],
  ['explodes', /threw outside of its step: thrown out of a timer/, 'runner_system_failure'],
  ['exhausts', /ran out of memory/, 'runner_system_failure'],
  ['hangs', /took longer than 15s/, 'job_execution_timeout'],
  ['spins', /took longer than 15s/, 'job_execution_timeout'],
];

describe.each(['misbehaves.ts', 'misbehaves-in-process.ts'])(
  '%s beside eight good jobs',
  (handler) => {
    test('fails alone, with the reason that says what it did', async () => {
      await using gitlab = await startEmulator();
      await using _ = await startRunner(gitlab, {
        handler,
        concurrency: 15,
        heapLimitMb: 64,
        cancelGraceMs: 500,
      });
      const good = Array.from({ length: 8 }, (_unused, n) =>
        gitlab.job({ name: `good ${n}`, script: ['x'] }),
      );
      const bad = reasons.map(([name, , reason]) =>
        gitlab.job({
          name,
          script: ['x'],
          ...(reason === 'job_execution_timeout' && { timeout: ENDLESS_S }),
        }),
      );
      await Promise.all([...good, ...bad].map((job) => job.finished()));
      expect(good.map(({ status, trace }) => [status, trace])).toEqual(
        good.map(({ name }) => ['success', `I am ${name}\ndone\n`]),
      );
      for (const [index, [name, words, failureReason]] of reasons.entries()) {
        const job = bad[index];
        expect(job?.trace, name).toMatch(
          name === 'exits' && handler !== 'misbehaves.ts' ? /exited with 7/ : words,
        );
        expect(job?.failureReason, name).toBe(failureReason);
        expect(job?.trace, name).toMatch(new RegExp(`^I am ${name}\n`));
      }
    });
  },
);

test('a handler that fills the memory outside of its heap is ended before the process is', async () => {
  await using gitlab = await startEmulator();
  const memoryLimitMb = process.memoryUsage.rss() / 1024 ** 2 / 0.9 + 400;
  await using _ = await startRunner(gitlab, { handler: 'misbehaves.ts', memoryLimitMb });
  const hoards = gitlab.job({ name: 'hoards', script: ['x'] });
  const waits = gitlab.job({ name: 'waits', script: ['x'] });
  await hoards.finished();
  expect(hoards.failureReason).toBe('runner_system_failure');
  expect(hoards.trace).toMatch(/ran out of memory: its thread held \d+ MB outside of V8's heap/);
  expect(waits.status).toBe('running');
});

test('a handler that aborts its process ends no more than that', async () => {
  await using gitlab = await startEmulator();
  await using _ = await startRunner(gitlab, { handler: 'misbehaves-in-process.ts' });
  const aborts = gitlab.job({ name: 'aborts', script: ['x'] });
  const good = gitlab.job({ name: 'good', script: ['x'] });
  await Promise.all([aborts.finished(), good.finished()]);
  expect(aborts.status).toBe('failed');
  expect(good.status).toBe('success');
});
