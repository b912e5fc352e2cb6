/** So much is not kept waiting for the interval that GitLab asked for. */
const DUE_AT_BYTES = 1024 * 1024;
/** Three pieces a second at most, unless whole ones wait. */
export const SPACING_MS = 334;

/** How long after the last piece of a log the next one is due, in ms. */
export function pauseBetween(waitingBytes: number, intervalMs: number): number {
  return waitingBytes >= DUE_AT_BYTES ? SPACING_MS : Math.max(SPACING_MS, intervalMs);
}
