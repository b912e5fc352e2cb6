import { describe, expect, test } from 'vitest';

import { VariableScope } from './variable-scope.ts';
import { mergeVariables, toVariables } from './yaml-variable.ts';

function scope(values: Record<string, string>, raw: Record<string, string> = {}): VariableScope {
  const rawVariables = Object.entries(raw).map(([name, value]) => {
    return [name, { value, raw: true }] as const;
  });
  return new VariableScope(
    mergeVariables(toVariables(Object.entries(values)), new Map(rawVariables)),
  );
}

describe('a text with references', () => {
  const variables = scope({ A: 'a', B: '$A-b', C: '${B}%A%', D: '$$A %% $UNSET.' }, { R: '$A' });

  test.each([
    ['$A ${A} %A%', 'a a a', 'a a a'],
    ['$B', '$A-b', 'a-b'],
    ['$C', '${B}%A%', 'a-ba'],
    ['$D', '$$A %% $UNSET.', '$$A %% .'],
    ['$R', '$A', '$A'],
    ['$UNSET/${UNSET}', '$UNSET/${UNSET}', '$UNSET/${UNSET}'],
    ['$1 $ % 100%', '$1 $ % 100%', '$1 $ % 100%'],
    ['$A$A', 'aa', 'aa'],
  ])('%s has values as written or expanded put in', (text, written, expanded) => {
    expect(variables.insertWritten(text)).toBe(written);
    expect(variables.expand(text)).toBe(expanded);
  });

  test('loses what is not known where GitLab blanks it', () => {
    expect(variables.insertWrittenOrBlank('ci/$B$UNSET.yml')).toBe('ci/$A-b.yml');
    expect(variables.expandOrBlank('$B $UNSET!')).toBe('a-b !');
  });

  test('is not expanded where the variables form a circle', () => {
    expect(scope({ A: '$B', B: '$A' }).expand('$A')).toBe('$B');
  });

  test('does not grow beyond measure', () => {
    const doubling = Array.from({ length: 60 }, (_, index) => {
      return [`V${index + 1}`, `$V${index}$V${index}`] as const;
    });
    const text = scope({ V0: 'xxxxxxxx', ...Object.fromEntries(doubling) }).expand('$V60');
    expect(text.length).toBeLessThan(5_000_000);
  });
});

describe('variables that refer to each other', () => {
  test('in a circle are found out', () => {
    expect(scope({ A: '$B', B: 'x ${C}', C: '%A%' }).findCircle()).toEqual(['A', 'B', 'C']);
    expect(scope({ X: '$A', A: '$B', B: '$A' }).findCircle()).toEqual(['A', 'B']);
  });

  test('without a circle are fine: to themselves, from raw values, escaped, diamonds', () => {
    expect(scope({ PATH: '$PATH:/x' }).findCircle()).toBeUndefined();
    expect(scope({ A: '$B' }, { B: '$A' }).findCircle()).toBeUndefined();
    expect(scope({ A: '$$B', B: '$A' }).findCircle()).toBeUndefined();
    expect(scope({ A: '$B$C', B: '$D', C: '$D', D: 'x' }).findCircle()).toBeUndefined();
  });

  test('in a chain of any length are ordered', () => {
    const chain = Array.from({ length: 20_000 }, (_, index) => {
      return [`V${index}`, `$V${index + 1}`] as const;
    });
    expect(scope(Object.fromEntries(chain)).findCircle()).toBeUndefined();
  }, 20_000);
});
