import { inspect } from 'node:util';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Variables, type VariableFields } from './variables.ts';

const plain = (key: string, value: string): VariableFields => ({
  key,
  value,
  public: true,
  masked: false,
  file: false,
  raw: false,
});

const variables = (values: Record<string, string>): Variables =>
  new Variables(Object.entries(values).map(([key, value]) => plain(key, value)));

describe('a variable’s value', () => {
  test.each([
    ['$A', 'one'],
    ['${A}', 'one'],
    ['$A/$B', 'one/two'],
    ['${A}s', 'ones'],
    ['$As', ''],
    ['$UNKNOWN', ''],
    ['${UNKNOWN:-otherwise}', 'otherwise'],
    ['${UNKNOWN:-$A}', 'one'],
    ['${EMPTY:-otherwise}', 'otherwise'],
    ['${A:-otherwise}', 'one'],
    ['costs $$5', 'costs $5'],
    ['$$A', '$A'],
    ['100 $', '100 $'],
    ['$1 ${', '$1 ${'],
    ['no reference', 'no reference'],
  ])('has the others’ in it: %s', (value, expected) => {
    expect(variables({ A: 'one', B: 'two', EMPTY: '', V: value }).value('V')).toBe(expected);
  });

  test('is expanded through as many others as it takes', () => {
    expect(variables({ A: '$B', B: '$C', C: 'end' }).value('A')).toBe('end');
  });

  test('is taken as it is where GitLab says raw, also inside of others', () => {
    const raw = { ...plain('RAW', '$A'), raw: true };
    const all = new Variables([plain('A', 'one'), raw, plain('V', '<$RAW>')]);
    expect([all.value('RAW'), all.value('V')]).toEqual(['$A', '<$A>']);
  });

  test('keeps a reference that leads back to itself', () => {
    const all = variables({ PATH: '/opt:$PATH', A: '$B', B: '$A', SELF: '${SELF:-other}' });
    expect(all.value('PATH')).toBe('/opt:$PATH');
    expect([all.value('A'), all.value('B')]).toEqual(['$A', '$B']);
    expect(all.value('SELF')).toBe('other');
  });

  test('does not grow beyond all use where variables name each other again and again', () => {
    const doubling = Object.fromEntries(
      Array.from({ length: 64 }, (_, index) => [`V${index}`, `$V${index + 1}$V${index + 1}`]),
    );
    const everybody = Array.from({ length: 30 }, (_, index) => `E${index}`);
    const all = variables({
      ...doubling,
      V64: 'boom',
      ...Object.fromEntries(
        everybody.map((key) => [key, everybody.map((it) => `$${it}`).join('')]),
      ),
    });
    expect(all.value('V0').length).toBeLessThan(5 * 1024 * 1024);
    expect(all.value('E0').length).toBeLessThan(5 * 1024 * 1024);
    expect(all.value('V60')).toBe('boom'.repeat(16));
  });

  test('ends for any variables whatever', () => {
    const key = fc.constantFrom('A', 'B', 'C', 'D');
    const value = fc
      .array(
        fc.oneof(
          fc.string(),
          key.map((name) => `$${name}`),
        ),
      )
      .map((it) => it.join(''));
    fc.assert(
      fc.property(fc.dictionary(key, value), (values) => {
        for (const variable of variables(values)) expect(typeof variable.value).toBe('string');
      }),
    );
  });
});

describe('variables', () => {
  test('are each there once: of a key sent twice the last counts', () => {
    const all = new Variables([plain('A', 'first'), plain('B', 'b'), plain('A', 'last')]);
    expect([...all].map(({ key, value }) => [key, value])).toEqual([
      ['A', 'last'],
      ['B', 'b'],
    ]);
  });

  test('are looked up by their own keys, not by what every object has', () => {
    expect(variables({}).get('constructor')).toBeUndefined();
    expect(variables({ ['__proto__']: 'x' }).expand('$toString')).toBe('');
  });

  test('that are masked print nowhere', () => {
    const all = new Variables([{ ...plain('TOKEN', 'topsecret'), masked: true }]);
    const token = all.get('TOKEN');
    expect(token?.value).toBe('topsecret');
    for (const printed of [
      String(token),
      JSON.stringify(token),
      inspect(token),
      inspect([token]),
    ]) {
      expect(printed).not.toContain('topsecret');
      expect(printed).toContain('[MASKED]');
    }
  });

  test('that are not masked print as they are', () => {
    expect(String(variables({ A: 'one' }).get('A'))).toBe('one');
  });
});
