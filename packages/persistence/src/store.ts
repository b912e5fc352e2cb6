import type { Clock, EventLog, Logger, Secret } from '@fellrunner/core';

import type { StoreSettings } from './connection.ts';

/** An event log in a file, which one live engine owns. */
export interface Store extends EventLog {
  /** Absolute, links followed; `:memory:` for a store without a file. */
  readonly file: string;
  /** Asked of SQLite, not of what was configured. */
  readonly settings: StoreSettings;
}

/** How to open a store. Everything has a default that suits one runner on its own machine. */
export interface StoreOptions {
  /** 32 bytes in base64 or hex; without it they are in `<store>.key`, which is made where missing. */
  readonly key?: Secret;
  /** How a process that wants this store is told who has it; `fellrunner` by default. */
  readonly program?: string;
  readonly retention?: Partial<Retention>;
  readonly clock?: Clock;
  /** Told of what an operator should know: a key that is lost, a copy made before a migration. */
  readonly logger?: Logger;
}

/** How long jobs are kept after they were closed: until either limit is reached. */
export interface Retention {
  readonly maxAgeMs: number;
  readonly maxJobs: number;
}
