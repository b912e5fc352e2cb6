/** The items of a list, up to so many; the rest is not asked for. */
export async function collect<T>(items: AsyncIterable<T>, atMost = Infinity): Promise<T[]> {
  const all: T[] = [];
  if (atMost === 0) return all;
  for await (const item of items) {
    all.push(item);
    if (all.length >= atMost) break;
  }
  return all;
}
