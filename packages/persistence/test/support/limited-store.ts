import { connect, type Connection } from '../../src/connection.ts';
import { openStoreBy } from '../../src/open-store.ts';
import type { Store, StoreOptions } from '../../src/store.ts';

/** A store whose disk a test can fill: SQLite may not make the file any larger. */
export interface LimitedStore {
  readonly store: Store;
  /** The result gives the room back. */
  fillDisk(): () => void;
}

const NO_LIMIT = 2 ** 32 - 2;

export function openLimitedStore(file: string, options: StoreOptions = {}): LimitedStore {
  const connections: Connection[] = [];
  const store = openStoreBy(
    (path) => {
      const db = connect(path);
      connections.push(db);
      return db;
    },
    file,
    options,
  );
  const limit = (pages: number): void => {
    for (const db of connections) db.pragma(`max_page_count = ${pages}`);
  };
  return {
    store,
    fillDisk() {
      limit(1);
      return () => limit(NO_LIMIT);
    },
  };
}
