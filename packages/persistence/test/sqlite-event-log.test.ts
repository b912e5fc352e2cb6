import { eventLogContract } from '@fellrunner/testkit';

import { openLimitedStore } from './support/limited-store.ts';
import { tempFolder } from './support/temp-folder.ts';

/** The recorded logs are of years ago. */
const retention = { maxAgeMs: Infinity, maxJobs: Infinity };

eventLogContract('a store in a file', () => {
  const folder = tempFolder();
  const file = folder.file('fellrunner.db');
  let opened = openLimitedStore(file, { retention });
  return {
    log: opened.store,
    async reopen() {
      await opened.store[Symbol.asyncDispose]();
      opened = openLimitedStore(file, { retention });
      return opened.store;
    },
    fillDisk: () => opened.fillDisk(),
    async [Symbol.asyncDispose]() {
      await opened.store[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
});

eventLogContract('a store in memory', () => {
  const opened = openLimitedStore(':memory:', { retention });
  return {
    log: opened.store,
    fillDisk: () => opened.fillDisk(),
    [Symbol.asyncDispose]: () => opened.store[Symbol.asyncDispose](),
  };
});
