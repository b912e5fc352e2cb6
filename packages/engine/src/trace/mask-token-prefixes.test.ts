import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileTokenPrefixes, TokenPrefixMasker } from './mask-token-prefixes.ts';
import { runInPieces, runWhole } from './testing/run-in-pieces.ts';

function mask(text: string, prefixes: readonly string[] = [], pieces?: readonly number[]): string {
  const bytes = Buffer.from(text);
  const masker = new TokenPrefixMasker(compileTokenPrefixes(prefixes));
  return (pieces ? runInPieces(masker, bytes, pieces) : runWhole(masker, bytes)).toString();
}

test.each([
  ['in the middle glpat-imperdiet of it', 'in the middle glpat-[MASKED] of it'],
  ['at the end esseglpat-imperdiet', 'at the end esseglpat-[MASKED]'],
  ['esseglpat-imperdiet=_-. end', 'esseglpat-[MASKED] end'],
  ['glpat-impglpat-erdiet twice', 'glpat-[MASKED] twice'],
  ['glpat- alone', 'glpat- alone'],
  ['cut glpat-', 'cut glpat-'],
  ['glpat-a, glrt-b; gldt-c', 'glpat-[MASKED], glrt-[MASKED]; gldt-[MASKED]'],
  ['_gitlab_session=abc.def;', '_gitlab_session=[MASKED];'],
  ['glglpat-a', 'glglpat-[MASKED]'],
  ['glpat-[MASKED]', 'glpat-[MASKED]'],
])('%j becomes %j', (text, masked) => {
  expect(mask(text)).toBe(masked);
  expect(mask(text, [], [1])).toBe(masked);
});

test('each of the prefixes that the server names is heeded, however many there are', () => {
  const prefixes = Array.from({ length: 40 }, (_, i) => `company${i}:`);
  const text = prefixes.map((prefix) => `${prefix}secret${prefix}`).join(' ');
  expect(mask(text, [' ', ...prefixes])).not.toContain('secret');
});

test('a prefix within a token begins a token too', () => {
  expect(mask('glpat-abcmytoken:secret', ['mytoken:'])).toBe('glpat-[MASKED]:[MASKED]');
  expect(mask('gltok-test', ['tok-'])).toBe('gltok-[MASKED]');
});

const fragments = fc.array(
  fc.constantFrom('glpat-', 'gl', 'glrt-', 'my:', 'a', '.', ' ', ':', '\n'),
  {
    maxLength: 20,
  },
);

test('any way of cutting gives what looking at each byte of the whole text gives', () => {
  fc.assert(
    fc.property(
      fragments,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (parts, pieces) => {
        const text = parts.join('');
        const expected = maskByLooking(text, ['glpat-', 'glrt-', 'my:']);
        expect(mask(text, ['my:'], pieces)).toBe(expected);
      },
    ),
    { numRuns: 1000 },
  );
});

function maskByLooking(text: string, prefixes: readonly string[]): string {
  let output = '';
  let state: 'outside' | 'begun' | 'masked' = 'outside';
  for (let at = 0; at < text.length; at++) {
    const follows = prefixes.some((prefix) => text.endsWith(prefix, at));
    if (follows && state === 'outside') state = 'begun';
    if (state === 'outside' || !/[\w.=-]/.test(text[at]!)) {
      output += text[at];
      state = 'outside';
    } else if (state === 'begun') {
      output += '[MASKED]';
      state = 'masked';
    }
  }
  return output;
}
