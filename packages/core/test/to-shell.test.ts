import { execFileSync } from 'node:child_process';

import { aJob } from '@fellrunner/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { quoteForShell, toShell } from '../src/index.ts';

/** What a shell has in its variables after the exports, each behind a NUL. */
function valuesIn(shell: string, values: readonly string[]): readonly string[] {
  const variables = values.map((value, n) => ({ key: `V_${n}`, value }));
  const script = [
    ...variables.map(toShell),
    ...variables.map(({ key }) => `printf '%s\\0' "$${key}"`),
  ].join('\n');
  return execFileSync(shell, { input: script, encoding: 'utf8' }).split('\0').slice(0, -1);
}

const HOSTILE = [
  '',
  '$(touch /tmp/pwned)',
  '`id`',
  '"; id; "',
  "'; id; '",
  "'\\''",
  '\\',
  '!!',
  '$HOME ${HOME} ~ * ?',
  'a\nb\r\n\tc',
  'ends in a newline\n',
  '-n',
  'ä 日本 \u{1F3D4}',
  '\u0001\u001B[31m\u007F',
];

describe.each(['/bin/sh', '/bin/bash'])('in %s', (shell) => {
  test('a value that tries to get out of its quotes stays in them', () => {
    expect(valuesIn(shell, HOSTILE)).toEqual(HOSTILE);
  });

  test('any value comes back as it went in', () => {
    const value = fc
      .string({ unit: 'grapheme', maxLength: 40 })
      .map((text) => text.replaceAll('\0', '').toWellFormed());
    const quotes = fc.stringMatching(/^['"\\$`\n ;&|(){}<>*?!#~=-]{0,20}$/);
    fc.assert(
      fc.property(fc.array(fc.oneof(value, quotes), { maxLength: 50 }), (values) => {
        expect(valuesIn(shell, values)).toEqual(values);
      }),
      { numRuns: 30 },
    );
  });
});

test('all of a job’s variables can be given to a shell', () => {
  const job = aJob({ variables: { A: 'it’s', B: '"$A"' } });
  const script = [...job.variables].map(toShell).join('\n');
  const printed = execFileSync('/bin/sh', ['-c', `${script}\nprintf %s "$A $B $CI_JOB_ID"`]);
  expect(printed.toString()).toBe(`it’s "it’s" ${job.id}`);
});

test('a name that no shell has is refused instead of run', () => {
  for (const key of ['', '1A', 'A B', 'A;id', 'A=$(id)', 'A-B', 'Ä']) {
    expect(() => toShell({ key, value: '' })).toThrow(RangeError);
  }
});

test('a NUL is left out: no shell can hold one', () => {
  expect(quoteForShell('a\0b')).toBe("'ab'");
});
