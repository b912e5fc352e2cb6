import { describe, expect, test } from 'vitest';
import { mapAhead } from './map-ahead.ts';

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

describe('mapAhead', () => {
  test('keeps the order whichever item is ready first', async () => {
    const ready = new Map<number, () => void>();
    const results = collect(
      mapAhead([1, 2, 3], 3, async (item) => {
        await new Promise<void>((resolve) => {
          ready.set(item, resolve);
          if (ready.size === 3) for (const last of [3, 2, 1]) ready.get(last)?.();
        });
        return item * 10;
      }),
    );
    expect(await results).toEqual([10, 20, 30]);
  });

  test('never has more under way than it may', async () => {
    let underWay = 0;
    let most = 0;
    const items = Array.from({ length: 50 }, (_, index) => index);
    await collect(
      mapAhead(items, 4, async () => {
        most = Math.max(most, ++underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay--;
      }),
    );
    expect(most).toBe(4);
  });

  test('gives an error its turn, after what came before it', async () => {
    const seen: number[] = [];
    const results = mapAhead([1, 2, 3], 3, (item) => {
      if (item === 2) throw new Error('two');
      return item;
    });
    await expect(
      (async () => {
        for await (const item of results) seen.push(item);
      })(),
    ).rejects.toThrow('two');
    expect(seen).toEqual([1]);
  });

  test('closes its source when the consumer leaves', async () => {
    let closed = false;
    async function* source(): AsyncGenerator<number, void, undefined> {
      try {
        for (let item = 0; ; item++) yield item;
      } finally {
        closed = true;
      }
    }
    for await (const item of mapAhead(source(), 3, (value) => value)) if (item === 5) break;
    expect(closed).toBe(true);
  });
});
