import { expect } from 'vitest';

import type { EventLog, JobEvent } from '@fellrunner/core';

import { stamped, type Fact } from '../a-log.ts';

/** One event log, made for one test, and what can be done to it from outside. */
export interface LogUnderTest extends AsyncDisposable {
  readonly log: EventLog;
  /** Stops the log and opens what it left; absent where nothing outlives it. */
  reopen?(): Promise<EventLog>;
  /** Lets every write fail for lack of room, until the result is called. */
  fillDisk(): () => void;
}

/** Makes an empty log. */
export type CreateLog = () => LogUnderTest | Promise<LogUnderTest>;

/** Facts for the end of a log that has `position` events. */
export function later(position: number, ...facts: readonly Fact[]): JobEvent[] {
  return stamped(facts, position);
}

/** The events as they were before the log gave them their places. */
export function bare(events: Awaited<ReturnType<EventLog['read']>>): JobEvent[] {
  return events.map(
    ({ jobKey: _key, position: _position, schemaVersion: _version, ...event }) => event,
  );
}

export async function expectConflict(append: Promise<void>): Promise<void> {
  await expect(append).rejects.toMatchObject({ code: 'EVENT_LOG_CONFLICT' });
}

/** Resolves when the log's health becomes as asked. */
export function nextHealth(log: EventLog, writable: boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = log.onHealth((health) => {
      if (health.writable !== writable) return;
      stop();
      resolve();
    });
  });
}
