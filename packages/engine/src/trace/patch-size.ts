/** The largest piece; smaller ones would be more requests for the same log. */
export const WHOLE_BYTES = 8 * 1024 * 1024;
/** Smaller pieces are no answer to a server that refuses them. */
export const LEAST_BYTES = 64 * 1024;

/** How large a piece a server takes; a 413 halves it for all jobs of that server. */
export class PatchSize {
  bytes = WHOLE_BYTES;

  halve(): void {
    this.bytes = Math.max(LEAST_BYTES, Math.floor(this.bytes / 2));
  }
}
