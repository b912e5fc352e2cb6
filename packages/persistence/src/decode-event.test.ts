import type { JobKey } from '@fellrunner/core';
import { expect, test } from 'vitest';

import { decodeEvent, decodeLog, type EventRow } from './decode-event.ts';

const row = (position: number, data = '{}'): EventRow => ({
  job_key: 3 as JobKey,
  position,
  type: 'job.resumed',
  at: 5,
  schema_version: 1,
  data,
});

test('a row is the event that was written, and its place', () => {
  expect(decodeEvent(row(1, '{"runnerVersion":"1.0.0"}'))).toEqual({
    type: 'job.resumed',
    at: 5,
    data: { runnerVersion: '1.0.0' },
    jobKey: 3,
    position: 1,
    schemaVersion: 1,
  });
});

test.each(['', '{', 'null', '7', '"text"'])('a row with %s as its data is named', (data) => {
  expect(() => decodeEvent(row(1, data))).toThrow(
    expect.objectContaining({
      code: 'EVENT_LOG_CORRUPT',
      message: 'Event 1 of job 3 (job.resumed) cannot be read.',
    }),
  );
});

test('a log is read up to its first gap or unreadable row, with the reason', () => {
  expect(decodeLog([row(0), row(1)])).toMatchObject({ events: { length: 2 }, problem: undefined });
  expect(decodeLog([row(0), row(2)])).toMatchObject({
    events: { length: 1 },
    problem: 'event 1 is missing',
  });
  expect(decodeLog([row(0), row(1, '{'), row(2)])).toMatchObject({
    events: { length: 1 },
    problem: expect.stringContaining('Event 1'),
  });
});
