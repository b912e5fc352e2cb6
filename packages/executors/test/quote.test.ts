import { execFileSync } from 'node:child_process';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { quote } from '../src/script/quote.ts';

describe('quote', () => {
  it('makes one word of anything', () => {
    expect(quote('')).toBe("''");
    expect(quote("it's $HOME")).toBe(String.raw`'it'\''s $HOME'`);
    expect(quote('a\0b')).toBe("'ab'");
  });

  it('gives a shell back exactly what went in', () => {
    const words = fc
      .sample(fc.string({ unit: 'grapheme' }), 200)
      .map((text) => text.replaceAll('\0', ''));
    const script = words.map((word) => `printf '%s\\0' ${quote(word)}\n`).join('');
    const printed = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
    expect(printed.split('\0').slice(0, -1)).toEqual(words.map((word) => word.toWellFormed()));
  });
});
