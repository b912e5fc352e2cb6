import { isRunnerError, Secret, type Logger } from '@fellrunner/core';
import { openStore, type Store } from '@fellrunner/persistence';

import { takeOver } from '../takeover/take-over.ts';

/** Which store to run with, and whether one that is in use is to be taken over. */
export interface RunStoreOptions {
  readonly file: string;
  /** The store's key where it is not in its key file: `FELLRUNNER_STORE_KEY`. */
  readonly key: string | undefined;
  readonly takeover: boolean;
  /** Throws where this process could not go on: then the runner that is there is left alone. */
  readonly check: () => Promise<void>;
  readonly logger: Logger;
}

/** @throws RunnerError `STORE_…`, or what the check throws */
export async function openRunStore(options: RunStoreOptions): Promise<Store> {
  const { check, file, logger, takeover } = options;
  const key = options.key === undefined ? {} : { key: new Secret(options.key) };
  const open = (): Store => openStore(file, { program: 'fellrunner run', logger, ...key });
  try {
    return open();
  } catch (error) {
    if (!takeover || !isRunnerError(error) || error.code !== 'STORE_IN_USE') throw error;
    await check();
    await takeOver(file, logger);
    return open();
  }
}
