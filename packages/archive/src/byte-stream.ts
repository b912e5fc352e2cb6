import { Readable } from 'node:stream';

/**
 * Makes a stream of a generator whose sources may be stuck. Destroying the stream, or aborting
 * `signal`, aborts the signal that the generator has, and waits until it has closed its files.
 */
export function toByteStream(
  open: (signal: AbortSignal) => AsyncGenerator<Uint8Array, void, undefined>,
  signal?: AbortSignal,
): Readable {
  const destroyed = new AbortController();
  const signals = signal === undefined ? [destroyed.signal] : [signal, destroyed.signal];
  const pieces = open(AbortSignal.any(signals));
  return new Readable({
    read() {
      pieces.next().then(
        ({ done, value }) => this.push(done === true ? null : value),
        (error: unknown) => this.destroy(toError(error)),
      );
    },
    destroy(error, callback) {
      destroyed.abort(error ?? undefined);
      pieces.return().then(
        () => callback(error),
        (failure: unknown) => callback(error ?? toError(failure)),
      );
    },
  });
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
