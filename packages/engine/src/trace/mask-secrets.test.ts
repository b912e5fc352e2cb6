import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileSecrets, SecretMasker } from './mask-secrets.ts';
import { secretForms } from './secret-forms.ts';
import { maskWhole } from './testing/mask-oracle.ts';
import { runInPieces, runWhole } from './testing/run-in-pieces.ts';

function mask(text: string, secrets: readonly string[], pieces?: readonly number[]): string {
  const masker = new SecretMasker(compileSecrets(secrets));
  const bytes = Buffer.from(text);
  return (pieces ? runInPieces(masker, bytes, pieces) : runWhole(masker, bytes)).toString();
}

describe('a masked value', () => {
  test.each([
    { text: 'no secret at all', secrets: [], masked: 'no secret at all' },
    {
      text: 'an empty one changes nothing',
      secrets: ['', ' \n'],
      masked: 'an empty one changes nothing',
    },
    { text: 'secretssecrets', secrets: ['secrets'], masked: '[MASKED][MASKED]' },
    { text: 'ssecrets', secrets: ['secrets'], masked: 's[MASKED]' },
    { text: 'x', secrets: ['x'], masked: '[MASKED]' },
    { text: 'prefix_mask mask', secrets: ['mask', 'prefix_mask'], masked: '[MASKED] [MASKED]' },
    { text: 'ffoo barr ffooo', secrets: ['foo', 'bar'], masked: 'f[MASKED] [MASKED]r f[MASKED]o' },
    {
      text: 'this is the en foobar',
      secrets: ['this is the end', 'en foobar', 'en'],
      masked: 'this is the [MASKED]',
    },
    { text: 'the word is pass.', secrets: [' pass\n'], masked: 'the word is [MASKED].' },
    { text: 'naïve Пароль ✓', secrets: ['Пароль'], masked: 'naïve [MASKED] ✓' },
    { text: '\0\0zero\0', secrets: ['\0zero\0'], masked: '\0[MASKED]' },
  ])('is replaced: $text', ({ text, secrets, masked }) => {
    expect(mask(text, secrets)).toBe(masked);
    expect(mask(text, secrets, [1])).toBe(masked);
  });

  test('is found where it repeats its own beginning after a false start', () => {
    expect(mask('abcabcabcabd.', ['abcabcabd'])).toBe('abc[MASKED].');
    expect(mask('abcabcabcabd.', ['abcabcabd'], [6, 6])).toBe('abc[MASKED].');
  });

  test('leaves no fragment beside another that it overlaps', () => {
    expect(mask('1234567890', ['123456', '567890'])).toBe('[MASKED]');
    expect(mask('xabcdefghijx', ['abcdef', 'efgh', 'ghij'])).toBe('x[MASKED]x');
    expect(mask('aaaaaaaaaa', ['aaaa'], [3, 1])).toBe('[MASKED]');
  });

  test('of any length leaves no fragment where it overlaps itself', () => {
    for (const length of [8, 60, 64, 65, 66, 200, 5000]) {
      const secret = 'ab'.repeat(length / 2);
      expect(mask(`.${secret}ab${secret.slice(0, -4)}.`, [secret], [7])).toBe('.[MASKED].');
    }
  });

  test('that begins another is masked by itself where the other does not follow', () => {
    expect(mask('password1 password123', ['password1', 'password123'])).toBe('[MASKED] [MASKED]');
    expect(mask('password12', ['password1', 'password123'], [1])).toBe('[MASKED]2');
  });

  test('that only begins at the end of the output is no secret', () => {
    expect(mask('tail: secre', ['secrets'])).toBe('tail: secre');
  });

  test('of several lines is masked whole, and its lines by themselves from 8 bytes on', () => {
    const key = 'first line\r\nshort\n  second line\n';
    expect(mask(key, [key])).toBe('[MASKED]\n');
    expect(mask('> first line\n> short\n> second line\n', [key])).toBe(
      '> [MASKED]\n> short\n> [MASKED]\n',
    );
  });

  test('of a mebibyte that repeats itself is masked at any cut', () => {
    const secret = `${'abcabcabd '.repeat(2 ** 20 / 10)}end of it`;
    const before = 'abcabcabd '.repeat(50);
    const almost = secret.slice(0, -1);
    for (const pieces of [[2 ** 24], [65536], [1_000_003, 7]]) {
      const output = mask(`${before}${secret} and ${almost}`, [secret], pieces);
      expect(output === `${before}[MASKED] and ${almost}`).toBe(true);
    }
  });
});

const alphabet = fc.constantFrom(['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', '\n']);
const cases = alphabet.chain((letters) => {
  const word = (maxLength: number) =>
    fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength });
  return fc.record({
    secrets: fc.array(fc.oneof(word(4), word(20), word(300)), { minLength: 1, maxLength: 4 }),
    between: fc.array(word(12), { maxLength: 8 }),
    order: fc.array(fc.tuple(fc.nat(3), fc.nat(300)), { minLength: 1, maxLength: 8 }),
    pieces: fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 6 }),
  });
});

test('any way of cutting gives what masking the whole text by plain search gives', () => {
  fc.assert(
    fc.property(cases, ({ secrets, between, order, pieces }) => {
      const parts = order.map(([which, length], i) => {
        const secret = secrets[which % secrets.length]!;
        return (length < 150 ? secret.slice(0, length) : secret) + (between[i] ?? '');
      });
      const text = Buffer.from(parts.join(''));
      const expected = maskWhole(text, secrets.flatMap(secretForms));
      const masker = new SecretMasker(compileSecrets(secrets));
      expect(runInPieces(masker, text, pieces).toString()).toBe(expected.toString());
    }),
    { numRuns: 1500 },
  );
});

describe('what the masker keeps and copies', () => {
  test('a chunk with nothing to mask is passed on without a copy', () => {
    const masker = new SecretMasker(compileSecrets(['hunter2hunter2']));
    const chunk = Buffer.from('a line that has nothing to hide\n');
    const output = masker.write(chunk);
    expect(output.buffer).toBe(chunk.buffer);
    expect(output).toHaveLength(chunk.length);
  });

  test('it holds back what may be a secret, and nothing once it cannot be one', () => {
    const masker = new SecretMasker(compileSecrets(['hunter2hunter2']));
    expect(Buffer.from(masker.write(Buffer.from('word: hunter2hun'))).toString()).toBe('word: ');
    expect(masker.heldBytes).toBe(10);
    expect(Buffer.from(masker.write(Buffer.from('ting\n'))).toString()).toBe('hunter2hunting\n');
    expect(masker.heldBytes).toBe(0);
  });

  test('it holds nothing back after a secret that is complete', () => {
    const masker = new SecretMasker(compileSecrets(['correct horse']));
    expect(Buffer.from(masker.write(Buffer.from('word: correct horse'))).toString()).toBe(
      'word: [MASKED]',
    );
    expect(masker.heldBytes).toBe(0);
  });

  test('after its end it begins anew', () => {
    const masker = new SecretMasker(compileSecrets(['abcdefgh']));
    expect(runWhole(masker, Buffer.from('abcd')).toString()).toBe('abcd');
    expect(runWhole(masker, Buffer.from('efgh')).toString()).toBe('efgh');
  });
});
