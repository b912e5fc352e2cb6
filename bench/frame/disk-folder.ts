import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `TMPFS_MAGIC` and `RAMFS_MAGIC`: an fsync there costs nothing, and so would say nothing. */
const IN_MEMORY = new Set([0x01021994, 0x858458f6]);

/** A folder that goes when disposed of. */
export interface DiskFolder extends Disposable {
  readonly path: string;
}

/** @throws an Error where the temporary folder lies in memory: the store's fsyncs count. */
export function makeDiskFolder(): DiskFolder {
  const parent = tmpdir();
  if (IN_MEMORY.has(statfsSync(parent).type)) {
    throw new Error(
      `${parent} is in memory (tmpfs), where an fsync costs nothing: name a folder on a disk, ` +
        'for example TMPDIR=/var/tmp npm run bench',
    );
  }
  const path = mkdtempSync(join(parent, 'fellrunner-bench-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
