import { expect, test } from 'vitest';

import { aLog, fact, stamped } from './a-log.ts';
import { eventLogContract } from './event-log-contract.ts';
import { MemoryEventLog } from './memory-event-log.ts';

eventLogContract('MemoryEventLog', () => {
  const log = new MemoryEventLog();
  return {
    log,
    reopen: () => log.reopen(),
    fillDisk() {
      log.fail('no room');
      return () => log.recover();
    },
    [Symbol.asyncDispose]: () => log[Symbol.asyncDispose](),
  };
});

test('a crash loses what was not acknowledged, and nothing else', async () => {
  const log = new MemoryEventLog();
  const jobKey = await log.receive('{}', aLog({}));
  void log.append(jobKey, 1, stamped([fact.stepBegins(0)]));
  const after = log.crash();
  expect(await after.read(jobKey)).toHaveLength(1);
  expect(await after.payload(jobKey)).toBe('{}');
});
