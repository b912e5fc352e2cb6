import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparePaths, decodePath, encodePath, parentPaths, showPath } from './path-name.ts';

describe('decodePath', () => {
  test('gives a name of any bytes that encodePath turns back into them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(encodePath(decodePath(bytes))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test('leaves UTF-8 readable around a byte that is none', () => {
    expect(decodePath(Buffer.from([0xc3, 0xa9, 0xff, 0x61]))).toBe('é\udcffa');
  });
});

test('comparePaths orders as the bytes do, also beyond the basic plane', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      const byBytes = Buffer.compare(Buffer.from(a), Buffer.from(b));
      expect(Math.sign(comparePaths(a, b))).toBe(byBytes);
    }),
  );
});

test('showPath keeps a name with a line feed from forging a log line', () => {
  expect(showPath('a\nERROR: b')).toBe('"a\\nERROR: b"');
  expect(showPath('plain name')).toBe('plain name');
});

test('parentPaths lists the folders above, the nearest last', () => {
  expect(parentPaths('a/b/c')).toEqual(['a', 'a/b']);
});
