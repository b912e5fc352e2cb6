/** A fault as `POST /_emulator/faults` takes it; without `method` and `path` it meets every request. */
export interface FaultSpec {
  readonly method?: string;
  /** A regular expression, tried on the path and on the path with its query. */
  readonly path?: string;
  /** How often it strikes before it is spent; without it, for ever. */
  readonly times?: number;
  readonly probability?: number;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Waits before anything else; a client that leaves meanwhile has asked for nothing. */
  readonly delay_ms?: number;
  /** Cuts the connection before an answer; no work is done. */
  readonly reset?: boolean;
  /** Does the work, then cuts the connection instead of answering. */
  readonly drop_after?: boolean;
}
