import { describe, expect, it } from 'vitest';

import { formatMark, parseMark } from './process-mark.ts';

describe('a mark', () => {
  it.each([
    { storeId: 's-1', jobKey: 7, step: '0', isKept: false },
    { storeId: 's-1', jobKey: 7, step: 'get_sources', isKept: true },
  ])('reads back as it was written: %j', (mark) => {
    expect(parseMark(formatMark(mark))).toEqual(mark);
  });

  it.each(['', 'store', 'store:x:0', 'store:1', 'store:1:0:other', ':1:0'])(
    'is not taken out of %j',
    (text) => {
      expect(parseMark(text)).toBeUndefined();
    },
  );
});
