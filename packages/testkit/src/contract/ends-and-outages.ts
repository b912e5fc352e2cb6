import type { StoreHealth } from '@fellrunner/core';
import { describe, expect, test } from 'vitest';

import { aLog, fact } from '../a-log.ts';
import { aPayload } from '../a-payload.ts';
import { bare, later, nextHealth, type CreateLog } from './log-under-test.ts';

/** Nothing that was acknowledged is lost, and nothing that waits is forgotten. */
export function endsAndOutages(createLog: CreateLog): void {
  describe('opened again', () => {
    test('has all that was acknowledged, under the same keys and the same name', async (context) => {
      await using subject = await createLog();
      if (subject.reopen === undefined) return context.skip('nothing outlives this log');
      const { log } = subject;
      const events = aLog({}, fact.stepBegins(0), fact.once(0, 'submit'));
      const jobKey = await log.receive(aPayload(), events.slice(0, 2) as typeof events);
      const onceResult = { kind: 'json', text: '"a"' } as const;
      await log.append(jobKey, 2, events.slice(2), { onceResult, traceHead: Uint8Array.of(9) });
      await log.setNote('system_id', 's_1');

      const again = await subject.reopen();
      expect(again.storeId).toBe(log.storeId);
      expect(await again.unfinished()).toEqual([jobKey]);
      expect(bare(await again.read(jobKey))).toEqual(events);
      expect(await again.payload(jobKey)).toBe(aPayload());
      expect(await again.onceResults(jobKey, 0)).toEqual([
        { key: 'submit', spoolOffset: 10, value: onceResult },
      ]);
      expect([...((await again.traceHead(jobKey)) ?? [])]).toEqual([9]);
      expect(await again.note('system_id')).toBe('s_1');
      expect(await again.receive('{}', aLog({}))).toBeGreaterThan(jobKey);
    });

    test('has what was still waiting when the log was closed', async (context) => {
      await using subject = await createLog();
      if (subject.reopen === undefined) return context.skip('nothing outlives this log');
      const jobKey = await subject.log.receive('{}', aLog({}));
      const waiting = subject.log.append(jobKey, 1, later(1, fact.stepBegins(0)));
      const again = await subject.reopen();
      await waiting;
      expect(await again.read(jobKey)).toHaveLength(2);
    });
  });

  describe('without room', () => {
    test('keeps what it is given and goes on in order when there is room again', async () => {
      await using subject = await createLog();
      const { log } = subject;
      const jobKey = await log.receive('{}', aLog({}));
      const told: StoreHealth[] = [];
      const ill = nextHealth(log, false);
      log.onHealth((health) => told.push(health));

      const order: number[] = [];
      const freeDisk = subject.fillDisk();
      const first = log.append(jobKey, 1, later(1, fact.stepBegins(0)), {
        traceHead: new Uint8Array(100_000),
      });
      await ill;
      expect(log.health.writable).toBe(false);
      expect(await log.read(jobKey)).toHaveLength(1);
      const second = log.append(jobKey, 2, later(2, fact.stepEnded(0)));
      const writes = [first.then(() => order.push(1)), second.then(() => order.push(2))];

      freeDisk();
      await Promise.all(writes);
      expect(order).toEqual([1, 2]);
      expect(log.health).toEqual({ writable: true });
      expect(told.map((health) => health.writable)).toEqual([false, true]);
      expect(await log.read(jobKey)).toHaveLength(3);
    });

    test('tells what waits that it is lost, when it is closed before there is room', async () => {
      await using subject = await createLog();
      const { log } = subject;
      const jobKey = await log.receive('{}', aLog({}));
      const ill = nextHealth(log, false);
      subject.fillDisk();
      const lost = log.append(jobKey, 1, later(1, fact.stepBegins(0)), {
        traceHead: new Uint8Array(100_000),
      });
      const refusal = lost.catch((error: unknown) => error);
      await ill;
      await log[Symbol.asyncDispose]();
      expect(await refusal).toMatchObject({ code: 'STORE_FULL' });
    });
  });

  test('takes no writes after it was closed', async () => {
    await using subject = await createLog();
    const { log } = subject;
    await log[Symbol.asyncDispose]();
    await log[Symbol.asyncDispose]();
    await expect(log.setNote('a', 'b')).rejects.toMatchObject({ code: 'STORE_UNWRITABLE' });
  });
}
