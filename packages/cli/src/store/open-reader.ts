import { homedir } from 'node:os';

import { RunnerError } from '@fellrunner/core';
import { openStoreReader, type JobSummary, type StoreReader } from '@fellrunner/persistence';

import { defaultStoreFile } from './store-file.ts';

/** What every command that reads a store takes. */
export interface StoreFlags {
  readonly store?: string;
}

/** The store that was named, or the user's own. */
export function storeFile({ store }: StoreFlags): string {
  const surroundings = { env: process.env, home: homedir(), userId: process.getuid?.() };
  return store ?? defaultStoreFile(surroundings);
}

/** @throws RunnerError `STORE_…` */
export function openReader(flags: StoreFlags): StoreReader {
  return openStoreReader(storeFile(flags));
}

/** Thrown where the store holds no such job, or more than one. */
export class JobNotFound extends Error {
  override readonly name = 'JobNotFound';
}

/**
 * The one job that was named by GitLab's id, or by HOST/ID.
 *
 * @throws JobNotFound, saying what to name instead.
 */
export function findJob(reader: StoreReader, text: string): JobSummary {
  const [found, ...others] = reader.find(text);
  if (found === undefined) {
    throw new JobNotFound(
      `The store ${reader.file} knows no job ${text}; see fellrunner jobs --all.`,
    );
  }
  if (others.length > 0) {
    const names = [found, ...others].map(({ reference }) => reference).join(', ');
    throw new JobNotFound(`Several servers have a job ${text}; name one of ${names}.`);
  }
  const job = reader.job(found.key);
  if (job === undefined)
    throw new RunnerError('STORE_DAMAGED', `Job ${text} is gone from the store.`);
  return job;
}
