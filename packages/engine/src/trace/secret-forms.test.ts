import { describe, expect, test } from 'vitest';
import { secretForms } from './secret-forms.ts';
import { maskWhole } from './testing/mask-oracle.ts';

function forms(value: string): string[] {
  return secretForms(value).map((form) => Buffer.from(form).toString());
}

function masked(text: string, value: string): string {
  return maskWhole(Buffer.from(text), secretForms(value)).toString();
}

const odd = `p@ss w/rd+"it's"~$HOME\\é<&>`;

describe('base64', () => {
  test.each(['', 'x', 'xy', 'user:', 'long before '])(
    'shows no character that depends on the secret alone, encoded after %j',
    (before) => {
      const secret = 'S3cr3t-value-of-27-letters!';
      const encoded = Buffer.from(`${before}${secret}, and more`).toString('base64');
      const output = masked(encoded, secret);
      const first = Math.ceil((before.length * 8) / 6);
      const last = Math.floor(((before.length + secret.length) * 8) / 6);
      expect(output).toBe(`${encoded.slice(0, first)}[MASKED]${encoded.slice(last)}`);
    },
  );

  test('is known in the alphabet for URLs too', () => {
    const secret = '>>>???>>>???';
    expect(masked(Buffer.from(secret).toString('base64'), secret)).toBe('[MASKED]');
    expect(masked(Buffer.from(secret).toString('base64url'), secret)).toBe('[MASKED]');
  });

  test('is known in lines of 76 and of 64 characters', () => {
    const secret = Array.from({ length: 40 }, (_, i) => `word${i}`).join(' ');
    const encoded = Buffer.from(secret).toString('base64').replace(/=+$/, '');
    for (const length of [76, 64]) {
      const lines = encoded.match(new RegExp(`.{1,${length}}`, 'g')) ?? [];
      const output = masked(lines.join('\n'), secret);
      expect(output.replaceAll('[MASKED]', '').trim().length).toBeLessThan(2);
    }
  });
});

test.each([
  ['encodeURIComponent', encodeURIComponent(odd)],
  ['encodeURI', encodeURI(odd)],
  ['a form', new URLSearchParams({ x: odd }).toString().slice(2)],
  ['Python quote', 'p%40ss%20w/rd%2B%22it%27s%22~%24HOME%5C%C3%A9%3C%26%3E'],
  ['Python quote_plus', 'p%40ss+w%2Frd%2B%22it%27s%22~%24HOME%5C%C3%A9%3C%26%3E'],
  ['lower-case hex', 'p%40ss%20w%2frd%2b%22it%27s%22~%24HOME%5c%c3%a9%3c%26%3e'],
])('a value URL-encoded by %s is masked', (_, encoded) => {
  expect(masked(`url?x=${encoded}`, odd)).toBe('url?x=[MASKED]');
});

test.each([
  ['JavaScript', JSON.stringify(odd)],
  ['Python', '"p@ss w/rd+\\"it\'s\\"~$HOME\\\\\\u00e9<&>"'],
  ['Go', '"p@ss w/rd+\\"it\'s\\"~$HOME\\\\é\\u003c\\u0026\\u003e"'],
  ['PHP', '"p@ss w\\/rd+\\"it\'s\\"~$HOME\\\\\\u00e9<&>"'],
])('a value in a JSON string of %s is masked', (_, encoded) => {
  expect(masked(encoded, odd)).toBe('"[MASKED]"');
});

test.each([
  ['single quotes', `'p@ss w/rd+"it'\\''s"~$HOME\\é<&>'`, "'[MASKED]'"],
  ['shlex', `'p@ss w/rd+"it'"'"'s"~$HOME\\é<&>'`, "'[MASKED]'"],
  ['double quotes', `"p@ss w/rd+\\"it's\\"~\\$HOME\\\\é<&>"`, '"[MASKED]"'],
  ['printf %q', `p@ss\\ w/rd+\\"it\\'s\\"~\\$HOME\\\\é\\<\\&\\>`, '[MASKED]'],
  ['printf %q in the C locale', `$'p@ss w/rd+"it\\'s"~$HOME\\\\\\303\\251<&>'`, "$'[MASKED]'"],
])('a value quoted by a shell in %s is masked', (_, quoted, output) => {
  expect(masked(quoted, odd)).toBe(output);
});

describe('which forms count', () => {
  test('a short value is masked itself, its shorter forms and lines are not', () => {
    expect(forms('}')).toEqual(['}']);
    expect(forms('a\nb "c"')).not.toContain('a');
    expect(forms('a\nb "c"')[0]).toBe('a\nb "c"');
  });

  test('a plain token has no forms but itself and base64', () => {
    expect(forms('abcdefghijklmnop')).toHaveLength(4);
  });

  test('an empty value has none', () => {
    expect(forms('')).toEqual([]);
    expect(forms(' \t\n')).toEqual([]);
  });

  test('half a surrogate pair, as broken JSON may hold it, is taken as it will be printed', () => {
    expect(forms('broken \ud800 value')[0]).toBe('broken \ufffd value');
  });

  test('no form is given twice', () => {
    expect(new Set(forms(odd)).size).toBe(forms(odd).length);
  });
});
