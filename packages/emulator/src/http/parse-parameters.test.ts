import { describe, expect, test } from 'vitest';
import { Parameters } from './parameters.ts';
import { parseForm, parseParameters } from './parse-parameters.ts';

describe('parseForm', () => {
  test('nests and collects as Rack does', () => {
    expect(parseForm('a=1&b[c]=2&b[d][e]=3&f[]=4&f[]=5&g=%C3%A4+x')).toEqual({
      a: '1',
      b: { c: '2', d: { e: '3' } },
      f: ['4', '5'],
      g: 'ä x',
    });
  });

  test('reaches no prototype', () => {
    parseForm('__proto__[polluted]=1&a[__proto__][polluted]=1');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('parseParameters', () => {
  test('takes JSON by its content type or by its looks, and the body before the query', () => {
    expect(parseParameters('a=q&b=q', '{"a":1}', 'application/json')).toEqual({ a: 1, b: 'q' });
    expect(parseParameters('', ' {"a":1}', '')).toEqual({ a: 1 });
    expect(parseParameters('', 'text', 'text/plain')).toEqual({});
  });
});

describe('Parameters', () => {
  test('coerce as Grape does', () => {
    const parameters = new Parameters({
      n: '7',
      yes: 'true',
      no: 0,
      list: 'a, b,',
      none: null,
      o: {},
    });
    expect(parameters.integer('n')).toBe(7);
    expect([parameters.boolean('yes'), parameters.boolean('no')]).toEqual([true, false]);
    expect(parameters.list('list')).toEqual(['a', 'b']);
    expect(parameters.string('none')).toBeUndefined();
    expect(() => parameters.string('o')).toThrow('o is invalid');
    expect(() => parameters.required('none')).toThrow('none is missing');
  });
});
