/** A result, or an error kept until its turn comes, so that no rejection is ever unhandled. */
type Outcome<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'error'; readonly error: unknown }
  | { readonly kind: 'end' };

/**
 * Maps a stream in its order while up to `ahead` items are under way at once. Reading on also
 * goes on while the consumer is busy, and stops at `ahead`: that is all the memory it takes.
 */
export async function* mapAhead<T, R>(
  source: Iterable<T> | AsyncIterable<T>,
  ahead: number,
  map: (item: T) => R | Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const iterator = iterate(source);
  const step = async (): Promise<Outcome<R>> => {
    try {
      const next = await iterator.next();
      return next.done === true ? { kind: 'end' } : { kind: 'value', value: await map(next.value) };
    } catch (error) {
      return { kind: 'error', error };
    }
  };
  const underWay: Promise<Outcome<R>>[] = [];
  try {
    for (;;) {
      while (underWay.length < ahead) underWay.push(step());
      const outcome = await underWay.shift();
      if (outcome === undefined || outcome.kind === 'end') return;
      if (outcome.kind === 'error') throw outcome.error;
      yield outcome.value;
    }
  } finally {
    // What was begun is let finish before the source's files are closed under it.
    await Promise.all(underWay);
    await iterator.return?.(undefined);
  }
}

/** Does something with each item, with up to `ahead` under way at once; ends at the first error. */
export async function forEachAhead<T>(
  source: Iterable<T> | AsyncIterable<T>,
  ahead: number,
  action: (item: T) => Promise<void>,
): Promise<void> {
  const results = mapAhead(source, ahead, action);
  while ((await results.next()).done !== true);
}

/** An async generator queues calls of `next`, which is what makes reading ahead keep its order. */
function iterate<T>(source: Iterable<T> | AsyncIterable<T>): AsyncIterator<T, unknown, undefined> {
  return toAsync(source)[Symbol.asyncIterator]();
}

async function* toAsync<T>(
  source: Iterable<T> | AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  yield* source;
}
