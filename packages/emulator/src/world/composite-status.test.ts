import { describe, expect, test } from 'vitest';
import { compositeStatus, neededStatus } from './composite-status.ts';
import type { Job } from './job.ts';

/** Jobs by their statuses; `?` behind one says that it may fail. */
function jobs(...statuses: string[]): Job[] {
  return statuses.map(
    (status) => ({ status: status.replace('?', ''), allowFailure: status.endsWith('?') }) as Job,
  );
}

describe('compositeStatus', () => {
  test.each([
    [[], 'success'],
    [['success', 'success'], 'success'],
    [['success', 'failed?'], 'success'],
    [['success', 'failed'], 'failed'],
    [['success', 'canceled'], 'canceled'],
    [['failed', 'canceled'], 'failed'],
    [['skipped', 'skipped'], 'skipped'],
    [['success', 'skipped'], 'success'],
    [['success', 'manual?'], 'success'],
    [['success', 'manual'], 'manual'],
    [['created', 'created'], 'created'],
    [['pending', 'created'], 'pending'],
    [['success', 'pending'], 'running'],
    [['failed', 'running'], 'running'],
    [['success', 'canceling'], 'running'],
    [['success', 'scheduled'], 'scheduled'],
    [['failed', 'created'], 'running'],
  ])('of %j is %s', (statuses, expected) => {
    expect(compositeStatus(jobs(...statuses))).toBe(expected);
  });
});

describe('neededStatus', () => {
  test.each([
    [[], 'success'],
    [['success', 'failed?'], 'success'],
    [['success', 'skipped'], 'skipped'],
    [['failed', 'running'], 'pending'],
    [['success', 'manual?'], 'pending'],
    [['success', 'failed'], 'failed'],
  ])('of %j is %s', (statuses, expected) => {
    expect(neededStatus(jobs(...statuses))).toBe(expected);
  });
});
