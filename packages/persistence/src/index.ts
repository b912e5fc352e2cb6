/**
 * The event log in a SQLite file. Read `sqlite-event-log.ts` first, then `commit-queue.ts` (how
 * many writes share one fsync, and what a full disk does) and `migrations/` (the tables). A store
 * is three files: `<store>`, `<store>.key` and `<store>.lock`; its jobs' folders are in
 * `<store>.jobs`.
 *
 * @packageDocumentation
 */
export { checkStore, type CheckOptions } from './check/check-store.ts';
export type { StoreCheck, StoreProblem } from './check/store-check.ts';
export type { StoreSettings } from './connection.ts';
export { openStore } from './open-store.ts';
export type { JobSummary } from './reader/job-summary.ts';
export { openStoreReader, type FoundJob, type StoreReader } from './reader/store-reader.ts';
export { storeHolder, type StoreHolder } from './store-lock.ts';
export type { Retention, Store, StoreOptions } from './store.ts';
