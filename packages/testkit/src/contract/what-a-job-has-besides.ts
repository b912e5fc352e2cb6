import type { JobKey } from '@fellrunner/core';
import { describe, expect, test } from 'vitest';

import { aLog, fact } from '../a-log.ts';
import { aPayload } from '../a-payload.ts';
import { expectConflict, later, type CreateLog } from './log-under-test.ts';

/** Results and the trace head live as long as their job is open. */
export function whatAJobHasBesides(createLog: CreateLog): void {
  describe('onceResults', () => {
    test('gives a step’s results in the order in which they were committed', async () => {
      await using subject = await createLog();
      const { log } = subject;
      const jobKey = await log.receive('{}', aLog({}));
      const bytes = Uint8Array.of(0, 255, 10);
      await log.append(jobKey, 1, later(1, fact.stepBegins(0), fact.once(0, 'z', 5)), {
        onceResult: { kind: 'json', text: '{"id":1}' },
      });
      await log.append(jobKey, 3, later(3, fact.once(0, 'a', 9)), {
        onceResult: { kind: 'bytes', bytes },
      });
      await log.append(jobKey, 4, later(4, fact.once(1, 'z', 12)), {
        onceResult: { kind: 'json', text: 'null' },
      });
      expect(await log.onceResults(jobKey, 0)).toEqual([
        { key: 'z', spoolOffset: 5, value: { kind: 'json', text: '{"id":1}' } },
        { key: 'a', spoolOffset: 9, value: { kind: 'bytes', bytes } },
      ]);
      expect(await log.onceResults(jobKey, 1)).toEqual([
        { key: 'z', spoolOffset: 12, value: { kind: 'json', text: 'null' } },
      ]);
      expect(await log.onceResults(jobKey, 2)).toEqual([]);
    });

    test('has nothing of an append that was refused', async () => {
      await using subject = await createLog();
      const { log } = subject;
      const jobKey = await log.receive('{}', aLog({}, fact.stepBegins(0)));
      const refused = log.append(jobKey, 1, later(1, fact.once(0, 'submit')), {
        onceResult: { kind: 'json', text: '1' },
        traceHead: Uint8Array.of(1),
      });
      await expectConflict(refused);
      expect(await log.onceResults(jobKey, 0)).toEqual([]);
      expect(await log.traceHead(jobKey)).toBeUndefined();
    });

    test('keeps an empty result and one of a mebibyte', async () => {
      await using subject = await createLog();
      const { log } = subject;
      const jobKey = await log.receive('{}', aLog({}, fact.stepBegins(0)));
      const large = new Uint8Array(1024 * 1024).fill(7);
      await log.append(jobKey, 2, later(2, fact.once(0, 'none')), {
        onceResult: { kind: 'bytes', bytes: new Uint8Array() },
      });
      await log.append(jobKey, 3, later(3, fact.once(0, 'large')), {
        onceResult: { kind: 'bytes', bytes: large },
      });
      const [none, all] = await log.onceResults(jobKey, 0);
      expect(none?.value).toEqual({ kind: 'bytes', bytes: new Uint8Array() });
      expect(all?.value.kind === 'bytes' && Buffer.compare(all.value.bytes, large)).toBe(0);
    });
  });

  describe('traceHead', () => {
    test('is what the last append said it is', async () => {
      await using subject = await createLog();
      const { log } = subject;
      const jobKey = await log.receive('{}', aLog({}));
      expect(await log.traceHead(jobKey)).toBeUndefined();
      await log.append(jobKey, 1, [], { traceHead: Uint8Array.of(1, 2) });
      await log.append(jobKey, 1, later(1, fact.stepBegins(0)), {
        traceHead: Uint8Array.of(1, 2, 3),
      });
      expect([...((await log.traceHead(jobKey)) ?? [])]).toEqual([1, 2, 3]);
    });
  });

  describe('a job that is closed', () => {
    test('has its events, and nothing else', async () => {
      await using subject = await createLog();
      const { log } = subject;
      const jobKey = await log.receive(aPayload(), aLog({}, fact.stepBegins(0)));
      await log.append(jobKey, 2, later(2, fact.once(0, 'submit')), {
        onceResult: { kind: 'json', text: '1' },
        traceHead: Uint8Array.of(1),
      });
      const success = { status: 'success' } as const;
      const rest = later(3, fact.stepEnded(0), fact.finished(success), fact.closed());
      await log.append(jobKey, 3, rest, { traceHead: Uint8Array.of(1, 2) });
      expect(await log.payload(jobKey)).toBeUndefined();
      expect(await log.onceResults(jobKey, 0)).toEqual([]);
      expect(await log.traceHead(jobKey)).toBeUndefined();
      expect(await log.unfinished()).toEqual([]);
      expect(await log.read(jobKey)).toHaveLength(6);
    });
  });

  describe('unfinished', () => {
    test('names the jobs that are not closed, oldest first', async () => {
      await using subject = await createLog();
      const { log } = subject;
      const keys: JobKey[] = [];
      for (const gitlabId of [9, 8, 7]) keys.push(await log.receive('{}', aLog({ gitlabId })));
      const [oldest, middle, newest] = keys as [JobKey, JobKey, JobKey];
      await log.append(middle, 1, later(1, fact.closed()));
      expect(await log.unfinished()).toEqual([oldest, newest]);
    });
  });

  describe('a key that nobody knows', () => {
    test('reads as a job without anything', async () => {
      await using subject = await createLog();
      const nobody = 99 as JobKey;
      expect(await subject.log.read(nobody)).toEqual([]);
      expect(await subject.log.payload(nobody)).toBeUndefined();
      expect(await subject.log.onceResults(nobody, 0)).toEqual([]);
      expect(await subject.log.traceHead(nobody)).toBeUndefined();
    });
  });

  describe('notes', () => {
    test('are what was set last', async () => {
      await using subject = await createLog();
      const { log } = subject;
      expect(await log.note('system_id')).toBeUndefined();
      await log.setNote('system_id', 's_1');
      await log.setNote('system_id', 'r_2');
      expect(await log.note('system_id')).toBe('r_2');
    });
  });
}
