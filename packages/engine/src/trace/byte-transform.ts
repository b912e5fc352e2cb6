/**
 * One stage of a job's log: bytes in, bytes out, the same output for any way of cutting the input.
 *
 * What `write` and `end` return may share memory with the chunk just written or with a constant:
 * it is valid until that chunk is reused, and must be neither changed nor transferred. A stage
 * keeps no reference to a chunk after `write`.
 */
export interface ByteTransform {
  write(chunk: Uint8Array): Uint8Array;
  /** Gives out what was held back; the stage then stands as if new. */
  end(): Uint8Array;
  /**
   * How many of the latest input bytes the output to come still depends on: 0 exactly when a new
   * stage could take over here.
   */
  readonly heldBytes: number;
}
