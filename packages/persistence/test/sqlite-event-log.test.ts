import { eventLogContract } from '@fellrunner/testkit';

import { openLimitedStore } from './support/limited-store.ts';
import { KEEP_ALL } from './support/keep-all.ts';
import { tempFolder } from './support/temp-folder.ts';

eventLogContract('a store in a file', () => {
  const folder = tempFolder();
  const file = folder.file('fellrunner.db');
  let opened = openLimitedStore(file, KEEP_ALL);
  return {
    log: opened.store,
    async reopen() {
      await opened.store[Symbol.asyncDispose]();
      opened = openLimitedStore(file, KEEP_ALL);
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
  const opened = openLimitedStore(':memory:', KEEP_ALL);
  return {
    log: opened.store,
    fillDisk: () => opened.fillDisk(),
    [Symbol.asyncDispose]: () => opened.store[Symbol.asyncDispose](),
  };
});
