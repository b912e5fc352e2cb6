/** Ascending ranges that share no byte, flat: start, end, start, end. Touching ranges stay two. */
export type ByteRanges = number[];

/** Adds a range that ends no earlier than those there; ranges that share a byte with it become one. */
export function addRange(ranges: ByteRanges, start: number, end: number): void {
  let last = ranges.length - 1;
  while (last > 0 && ranges[last]! > start && ranges[last - 1]! > start) {
    ranges.length -= 2;
    last -= 2;
  }
  if (last > 0 && ranges[last]! > start) ranges[last] = end;
  else ranges.push(start, end);
}

/** The union of two lists of ranges, by the same rule. */
export function uniteRanges(left: ByteRanges, right: ByteRanges): ByteRanges {
  if (left.length === 0) return right;
  if (right.length === 0) return left;
  const united: ByteRanges = [];
  for (let l = 0, r = 0; l < left.length || r < right.length;) {
    const fromLeft = r >= right.length || (l < left.length && left[l]! <= right[r]!);
    const start = fromLeft ? left[l]! : right[r]!;
    const end = fromLeft ? left[l + 1]! : right[r + 1]!;
    if (fromLeft) l += 2;
    else r += 2;
    const last = united.length - 1;
    if (last > 0 && united[last]! > start) united[last] = Math.max(united[last]!, end);
    else united.push(start, end);
  }
  return united;
}
