import { replayJob } from '@fellrunner/core';
import { expect, test } from 'vitest';

import { recordedLogs } from './recorded-logs.ts';

test.each(recordedLogs)('ends as it says: $title', ({ events, outcome }) => {
  const { state } = replayJob(events);
  expect(state.name).toBe('finished.closed');
  expect(state.context.outcome).toEqual(outcome);
});
