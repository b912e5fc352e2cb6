import { lstatSync, mkdtempSync, readlinkSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What the address of a unix socket holds on every platform, its ending zero aside. */
const LONGEST_ADDRESS_BYTES = 103;

/**
 * Where the holder of a store listens: `<store>.sock`. Where that is too long for an address it
 * is a link to a socket in a folder of its own below the system's for temporary files.
 */
function socketFile(store: string): string {
  return `${store}.sock`;
}

/**
 * Finds a place to listen at; what a holder before has left is removed, so only the one that has
 * the store's lock may call it.
 */
export function makeSocketPlace(store: string): string {
  removeSocket(store);
  const file = socketFile(store);
  if (Buffer.byteLength(file) <= LONGEST_ADDRESS_BYTES) return file;
  const place = join(mkdtempSync(join(tmpdir(), 'fellrunner-')), 's');
  symlinkSync(place, file);
  return place;
}

/** The address to connect to; undefined where nobody listens. */
export function findSocket(store: string): string | undefined {
  const file = socketFile(realpathSync(store));
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  return stat.isSymbolicLink() ? readlinkSync(file) : file;
}

export function removeSocket(store: string): void {
  const file = socketFile(store);
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (stat?.isSymbolicLink()) removeMadeFolder(dirname(readlinkSync(file)));
  rmSync(file, { force: true });
}

/** Only what is named as {@link makeSocketPlace} names it. */
function removeMadeFolder(folder: string): void {
  if (/\/fellrunner-\w{6}$/.test(folder)) rmSync(folder, { recursive: true, force: true });
}
