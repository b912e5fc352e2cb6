import { isRunnerError, type Logger } from '@fellrunner/core';
import { openStore, type Store } from '@fellrunner/persistence';

import { takeOver } from '../takeover/take-over.ts';

/** Which store to run with, and whether one that is in use is to be taken over. */
export interface RunStoreOptions {
  readonly file: string;
  readonly takeover: boolean;
  readonly logger: Logger;
}

/** @throws RunnerError `STORE_…` */
export async function openRunStore({ file, logger, takeover }: RunStoreOptions): Promise<Store> {
  const open = (): Store => openStore(file, { program: 'fellrunner run', logger });
  try {
    return open();
  } catch (error) {
    if (!takeover || !isRunnerError(error) || error.code !== 'STORE_IN_USE') throw error;
    await takeOver(file, logger);
    return open();
  }
}
