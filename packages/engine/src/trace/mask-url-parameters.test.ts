import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UrlParameterMasker } from './mask-url-parameters.ts';
import { runInPieces, runWhole } from './testing/run-in-pieces.ts';

function mask(text: string, pieces?: readonly number[]): string {
  const bytes = Buffer.from(text);
  const masker = new UrlParameterMasker();
  return (pieces ? runInPieces(masker, bytes, pieces) : runWhole(masker, bytes)).toString();
}

test.each([
  ['no secret http://example.org/?test=foobar', 'no secret http://example.org/?test=foobar'],
  ['/?private_token=deadbeef at the start', '/?private_token=[MASKED] at the start'],
  ['at the end /?authenticity_token=deadbeef', 'at the end /?authenticity_token=[MASKED]'],
  ['/?X-AMZ-sigNATure=deadbeef mixed case', '/?X-AMZ-sigNATure=[MASKED] mixed case'],
  ['/?a=b&x-amz-credential=dead/beef second', '/?a=b&x-amz-credential=[MASKED] second'],
  [
    '/?rss_token=hide&x-amz-credential=x both',
    '/?rss_token=[MASKED]&x-amz-credential=[MASKED] both',
  ],
  ['&?x-amz-security-token=hello', '&?x-amz-security-token=[MASKED]'],
  ['?x-amz-security?x-amz-security-token=a', '?x-amz-security?x-amz-security-token=[MASKED]'],
  ['?x-amz-credential=&private_token=a', '?x-amz-credential=[MASKED]&private_token=[MASKED]'],
  ['?x-amz-credential=abc\nnext', '?x-amz-credential=[MASKED]\nnext'],
  ['?x-amz-credential=abc\bnext', '?x-amz-credential=[MASKED]\bnext'],
  ['?private_token=a??private_token=b', '?private_token=[MASKED]??private_token=[MASKED]'],
  ['rss_token=shown', 'rss_token=shown'],
  ['?rss_token =shown', '?rss_token =shown'],
  ['?my_rss_token=shown', '?my_rss_token=shown'],
  [
    '?a-really-really-long-key-name_private_token=shown',
    '?a-really-really-long-key-name_private_token=shown',
  ],
  ['cut ?x-amz-credential', 'cut ?x-amz-credential'],
  ['cut ?x-amz-credential=', 'cut ?x-amz-credential=[MASKED]'],
])('%j becomes %j', (text, masked) => {
  expect(mask(text)).toBe(masked);
  expect(mask(text, [1])).toBe(masked);
});

const fragments = fc.array(
  fc.constantFrom(
    '?',
    '&',
    '=',
    ' ',
    '\n',
    'private_token',
    'rss_',
    'token',
    'X-Amz-Signature',
    'x',
    '-',
  ),
  { maxLength: 24 },
);

test('any way of cutting gives what a regular expression gives for the whole text', () => {
  const keys =
    'private_token|authenticity_token|rss_token|x-amz-(?:signature|credential|security-token)';
  fc.assert(
    fc.property(
      fragments,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (parts, pieces) => {
        const text = parts.join('');
        const pattern = new RegExp(`([?&](?:${keys})=)[^?&\\s]*`, 'gi');
        expect(mask(text, pieces)).toBe(text.replace(pattern, '$1[MASKED]'));
      },
    ),
    { numRuns: 1000 },
  );
});

test('a line without an open parameter holds nothing back', () => {
  const masker = new UrlParameterMasker();
  masker.write(Buffer.from('/?private_tok'));
  expect(masker.heldBytes).toBeGreaterThan(0);
  masker.write(Buffer.from('en=abc'));
  expect(masker.heldBytes).toBeGreaterThan(0);
  masker.write(Buffer.from('\n'));
  expect(masker.heldBytes).toBe(0);
});
