/**
 * The event log in a SQLite file. Read `sqlite-event-log.ts` first, then `commit-queue.ts` (how
 * many writes share one fsync, and what a full disk does) and `migrations/` (the tables). A store
 * is three files: `<store>`, `<store>.key` and `<store>.lock`.
 *
 * @packageDocumentation
 */
export { openStore } from './open-store.ts';
export { storeHolder, type StoreHolder } from './store-lock.ts';
export type { Retention, Store, StoreOptions } from './store.ts';
export type { StoreSettings } from './connection.ts';
