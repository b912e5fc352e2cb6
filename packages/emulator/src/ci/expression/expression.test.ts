import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { isTruthful } from './evaluate-expression.ts';
import { ExpressionError } from './expression-error.ts';
import { parseExpression } from './parse-expression.ts';

/** Many inputs are tried, and other tests run beside them. */
const A_MINUTE_MS = 60_000;

const variables: Readonly<Record<string, string>> = {
  CI_COMMIT_BRANCH: 'main',
  CI_DEFAULT_BRANCH: 'main',
  CI_PIPELINE_SOURCE: 'push',
  RELEASE: 'v1.2.3',
  EMPTY: '',
  BLANK: '  ',
  TRUE: 'true',
  PATTERN: '/^ma.n$/',
  BROKEN: '/(/',
  PLAIN: 'the main branch',
  URL: 'https://example.org/a',
};

function matches(source: string): boolean {
  return isTruthful(parseExpression(source), (name) => variables[name]);
}

describe('a rule', () => {
  test.each([
    ['$CI_COMMIT_BRANCH', true],
    ['$UNSET', false],
    ['$EMPTY', false],
    ['$BLANK', false],
    ['"text"', true],
    ['null', false],
    ['true', true],
    ['false', false],
    ['$CI_COMMIT_BRANCH == "main"', true],
    ["$CI_COMMIT_BRANCH == 'main'", true],
    ['"main" == $CI_COMMIT_BRANCH', true],
    ['$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH', true],
    ['$CI_COMMIT_BRANCH != $CI_DEFAULT_BRANCH', false],
    ['$UNSET == null', true],
    ['$EMPTY == null', false],
    ['$EMPTY == ""', true],
    ['$UNSET == ""', false],
    ['$UNSET == $ALSO_UNSET', true],
    ['$TRUE == true', true],
    ['false == "false"', true],
    ['null == false', false],
    ['$RELEASE =~ /^v\\d+\\.\\d+/', true],
    ['$RELEASE =~ /^V/', false],
    ['$RELEASE =~ /^V1/i', true],
    ['$RELEASE !~ /^v1/', false],
    ['$UNSET =~ /.*/', true],
    ['$UNSET =~ /^$/', true],
    ['$UNSET !~ /abc/', true],
    ['$URL =~ /^https:\\/\\/example/', true],
    ['$CI_COMMIT_BRANCH =~ $PATTERN', true],
    ['$CI_COMMIT_BRANCH =~ $UNSET', false],
    ['$CI_COMMIT_BRANCH !~ $UNSET', true],
    ['$CI_COMMIT_BRANCH =~ $PLAIN', true],
    ['$PLAIN =~ $CI_COMMIT_BRANCH', false],
    ['$CI_COMMIT_BRANCH =~ $BROKEN', false],
    ['$EMPTY || $RELEASE', false],
    ['$UNSET || $RELEASE', true],
    ['$EMPTY && $RELEASE', true],
    ['$UNSET && $RELEASE', false],
    ['$CI_PIPELINE_SOURCE == "push" && $RELEASE =~ /^v1/ || $UNSET', true],
    ['$UNSET && $UNSET || $RELEASE', true],
    ['$UNSET && ($UNSET || $RELEASE)', false],
    ['($UNSET || ($RELEASE))', true],
    ['!$UNSET', true],
    ['!$RELEASE', false],
    ['!($UNSET || $RELEASE)', false],
    ['!$UNSET && $RELEASE', true],
    ['$RELEASE == "v1.2.3" &&\n  $CI_COMMIT_BRANCH', true],
    ['"a" == /ab/', false],
  ])('with `if: %s` answers %s', (source, answer) => {
    expect(matches(source)).toBe(answer);
  });

  test.each([
    ['', 'it is empty'],
    ['   ', 'it is empty'],
    ['$A $B', 'an operator is missing'],
    ['$A ==', '== lacks a value'],
    ['&& $A', '&& lacks a value'],
    ['($A', 'a ) is missing'],
    ['$A)', 'a ( is missing'],
    ['()', 'it is empty'],
    ['$A = "x"', 'begins at `= "x"`'],
    ['$A == "x', 'begins at `"x`'],
    ['$A == x', 'begins at `x`'],
    ['${A}', 'begins at `${A}`'],
    ['$A =~ /x/', 'begins at `/x/`'],
    ['$A =~ /(ab/', 'missing closing )'],
    ['$A =~ /(?=ab)/', 'is no pattern of RE2'],
    ['$A =~ true', 'needs a pattern to its right'],
    ['/ab/ == $A', 'only to the right of =~'],
    ['/ab/ =~ $A', 'only to the right of =~'],
    [Array.from({ length: 60 }, () => '$A').join('||'), 'more than the 99 words'],
  ])('with `if: %s` is refused, since %s', (source, message) => {
    expect(() => parseExpression(source)).toThrow(message);
    expect(() => parseExpression(source)).toThrow(ExpressionError);
  });

  test('that compares with the outcome of another comparison is refused when it is reached', () => {
    expect(() => matches('$RELEASE =~ ($UNSET == null)')).toThrow(ExpressionError);
    expect(matches('$RELEASE =~ ($UNSET != null)')).toBe(false);
  });
});

describe('any text as an expression', () => {
  const lexicon = `$A $EMPTY "x" 'y' /a.b/ /(/ /a+$/i null true false == != =~ !~ && || ! ( ) / " \\ $ [[`;
  const word = fc.constantFrom(...lexicon.split(' '), ' ', '\n');

  test('is answered or refused with an ExpressionError, and soon', { timeout: A_MINUTE_MS }, () => {
    const soup = fc.oneof(
      fc.array(word, { maxLength: 60 }).map((words) => words.join('')),
      fc.array(word, { maxLength: 60 }).map((words) => words.join(' ')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(soup, fc.string(), (source, value) => {
        const outcome = outcomeOf(() => isTruthful(parseExpression(source), () => value));
        expect(typeof outcome === 'boolean' || outcome instanceof ExpressionError).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('that JavaScript reads the same way gets the same answer', () => {
    const { operators } = fc.letrec<{ operators: string; operand: string }>((tie) => ({
      operand: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom('true', 'false', '($A == "a")', '($A != "a")', '($B =~ /^b+/)'),
        fc.tuple(tie('operators')).map(([inner]) => `(${inner})`),
        fc.tuple(tie('operand')).map(([inner]) => `!(${inner})`),
      ),
      operators: fc
        .tuple(tie('operand'), fc.constantFrom('&&', '||'), tie('operand'))
        .map((parts) => parts.join(' ')),
    }));
    fc.assert(
      fc.property(
        operators,
        fc.constantFrom('a', 'x'),
        fc.constantFrom('bb', 'x'),
        (source, a, b) => {
          fc.pre(source.length < 250);
          const plain = source
            .replaceAll('$A == "a"', String(a === 'a'))
            .replaceAll('$A != "a"', String(a !== 'a'))
            .replaceAll('$B =~ /^b+/', String(b === 'bb'));
          const lookup = (name: string): string => (name === 'A' ? a : b);
          expect(isTruthful(parseExpression(source), lookup)).toBe(evaluateBooleans(plain));
        },
      ),
    );
  });
});

/** Reduces a text of `true`, `false`, `!`, `&&`, `||` and parentheses by rewriting it. */
function evaluateBooleans(source: string): boolean {
  let text = source.replaceAll(' ', '');
  for (let previous = ''; previous !== text;) {
    previous = text;
    text = text
      .replaceAll(/\((true|false)\)/g, '$1')
      .replaceAll('!true', 'false')
      .replaceAll('!false', 'true')
      .replaceAll(/(?<!!)(true|false)&&(true|false)/g, (_, a, b) =>
        String(a === 'true' && b === 'true'),
      )
      .replaceAll(/(?<![&!])(true|false)\|\|(true|false)(?!&&)/g, (_, a, b) =>
        String(a === 'true' || b === 'true'),
      );
  }
  return text === 'true';
}

function outcomeOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
