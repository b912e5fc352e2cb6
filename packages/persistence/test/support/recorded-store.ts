import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { JobAction, JobKey, JobOutcome } from '@fellrunner/core';

/** What `record-store.ts` noted of a job when it recorded it. */
export interface RecordedJob {
  readonly title: string;
  readonly jobKey: JobKey;
  readonly gitlabId: number;
  /** The digest of its payload. */
  readonly payload: string;
  /** The keys of its `once` results, which are the results too. */
  readonly results: readonly string[];
  readonly state: string;
  readonly outcome: JobOutcome | undefined;
  readonly next: JobAction;
}

export interface RecordedStore {
  readonly version: string;
  readonly jobs: readonly RecordedJob[];
}

const fixtures = join(import.meta.dirname, '../fixtures');

/** A store of each released version. */
export const recordedStores: readonly RecordedStore[] = readdirSync(fixtures).map(
  (version) =>
    JSON.parse(readFileSync(join(fixtures, version, 'jobs.json'), 'utf8')) as RecordedStore,
);

/** Copies a version's store and its key to a folder; its path there. */
export function copyStore(version: string, folder: string): string {
  for (const name of ['store.db', 'store.db.key']) {
    copyFileSync(join(fixtures, version, name), join(folder, name));
    chmodSync(join(folder, name), 0o600);
  }
  return join(folder, 'store.db');
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
