import { describeFailure, toFailureReason, type JobEvent, type JobFailure } from '@fellrunner/core';
import { expect, expectTypeOf, test } from 'vitest';

import { frozenEvents, frozenFailures } from './frozen-words.ts';
import { recordedLogs } from './recorded-logs.ts';

type Frozen = (typeof frozenEvents)[number];
type FrozenFailure = (typeof frozenFailures)[number];

test('every event and failure that the code knows is among the frozen ones, and the other way round', () => {
  expectTypeOf<JobEvent['type']>().toEqualTypeOf<Frozen['type']>();
  expectTypeOf<JobFailure['reason']>().toEqualTypeOf<FrozenFailure['reason']>();
  const types = frozenEvents.map(({ type }) => type);
  for (const { events } of recordedLogs) {
    for (const { type } of events) expect(types).toContain(type);
  }
});

test.each(frozenFailures)('a failure of an older log has a word and a line: $reason', (failure) => {
  expect(toFailureReason(failure)).toMatch(/^[a-z_]+$/);
  expect(describeFailure(failure)).not.toBe('');
});
