import { statfsSync } from 'node:fs';

const RESERVE_BYTES = 64 * 1024 * 1024;
const RESERVE_SHARE = 0.01;
const LOOK_EVERY_MS = 2000;

const looks = new Map<string, { readonly at: number; readonly hasRoom: boolean }>();

/** Whether there is so much room on a folder's disk that a further job may be asked for. */
export function hasRoomOnDisk(folder: string): boolean {
  const last = looks.get(folder);
  const now = Date.now();
  if (last !== undefined && now - last.at < LOOK_EVERY_MS) return last.hasRoom;
  const { bavail, blocks, bsize } = statfsSync(folder);
  const hasRoom =
    bavail * bsize >
    Math.max(RESERVE_BYTES, Math.min(blocks * bsize * RESERVE_SHARE, 8 * RESERVE_BYTES));
  looks.set(folder, { at: now, hasRoom });
  return hasRoom;
}
