import { randomBytes } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { KEY_BYTES, seal, toKey, unseal } from './seal.ts';

const key = toKey(randomBytes(KEY_BYTES));

describe('seal', () => {
  test('gives back any bytes to the letter', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), fc.string(), (bytes, context) => {
        expect(unseal(key, seal(key, bytes, context), context)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test('never writes the same text twice alike', () => {
    const text = Buffer.from('the same');
    expect(seal(key, text, 'a')).not.toEqual(seal(key, text, 'a'));
  });
});

describe('unseal', () => {
  const sealed = seal(key, Buffer.from('secret'), 'job 1');

  test('opens nothing with another key or for another job', () => {
    expect(unseal(toKey(randomBytes(KEY_BYTES)), sealed, 'job 1')).toBeUndefined();
    expect(unseal(key, sealed, 'job 2')).toBeUndefined();
  });

  test('opens nothing of which a bit was changed or cut off', () => {
    for (const index of sealed.keys()) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(unseal(key, changed, 'job 1')).toBeUndefined();
      expect(unseal(key, sealed.subarray(0, index), 'job 1')).toBeUndefined();
    }
  });
});
