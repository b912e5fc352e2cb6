import { describe, expect, test } from 'vitest';
import { expandVariables } from './expand-variables.ts';
import { plain, type Variable } from './variable.ts';

function values(...variables: Variable[]): Record<string, string> {
  return Object.fromEntries(expandVariables(variables).map(({ key, value }) => [key, value]));
}

describe('expandVariables', () => {
  test('knows the three ways to refer, and leaves escapes alone', () => {
    expect(values(plain('A', 'a'), plain('B', '$A ${A} %A% $$A %%A%% ${} $'))).toMatchObject({
      B: 'a a a $$A %%A%% ${} $',
    });
  });

  test('expands what refers to what comes later, in the order of the references', () => {
    const expanded = expandVariables([plain('C', '$B'), plain('B', '$A'), plain('A', 'a')]);
    expect(expanded.map(({ key, value }) => [key, value])).toEqual([
      ['A', 'a'],
      ['B', 'a'],
      ['C', 'a'],
    ]);
  });

  test('leaves references to nothing, to files and to raw variables to the runner', () => {
    const file = { ...plain('F', 'content'), file: true };
    const raw = { ...plain('R', '$A'), raw: true };
    expect(values(plain('A', 'a'), file, raw, plain('B', '$F $R $NOTHING $A'))).toMatchObject({
      R: '$A',
      B: '$F $R $NOTHING a',
    });
  });

  test('lets a later variable of the same name build on the earlier one', () => {
    const expanded = expandVariables([plain('P', '/bin'), plain('P', '$P:/mine')]);
    expect(expanded.map(({ value }) => value)).toEqual(['/bin', '/bin:/mine']);
  });

  test('leaves a variable that refers to itself alone', () => {
    expect(values(plain('A', '$A'))).toEqual({ A: '$A' });
  });

  test('expands nothing where references go in a circle', () => {
    expect(values(plain('X', 'x'), plain('A', '$B$X'), plain('B', '$A'))).toEqual({
      X: 'x',
      A: '$B$X',
      B: '$A',
    });
  });
});
