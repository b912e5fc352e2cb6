import { Re2 } from '../re2/re2.ts';
import { ExpressionError } from './expression-error.ts';
import type { Expression } from './expression.ts';
import type { BinaryOperator } from './lex-expression.ts';
import { parsePattern } from './parse-pattern.ts';

/** Looks a variable up by its name; its value is taken as it is written, without expansion. */
export type VariableLookup = (name: string) => string | undefined;

type Value = string | boolean | null | Re2;

/**
 * Tells whether a rule with this expression matches.
 *
 * Within the expression an empty string counts as true (Ruby's sense of it); the outcome as a whole
 * has to be neither null, false nor blank. So `$EMPTY || $SET` does not match.
 *
 * @throws ExpressionError
 */
export function isTruthful(expression: Expression, variables: VariableLookup): boolean {
  return isPresent(evaluate(expression, variables));
}

function evaluate(expression: Expression, variables: VariableLookup): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'variable':
      return variables(expression.name) ?? null;
    case 'pattern':
      return expression.pattern;
    case 'not':
      return !isPresent(evaluate(expression.operand, variables));
    case 'binary':
      return evaluateBinary(expression, variables);
  }
}

function evaluateBinary(
  { operator, left, right }: Expression & { kind: 'binary' },
  variables: VariableLookup,
): Value {
  const leftValue = evaluate(left, variables);
  if (operator === '&&' && !isRubyTrue(leftValue)) return leftValue;
  if (operator === '||' && isRubyTrue(leftValue)) return leftValue;
  return compare(operator, leftValue, evaluate(right, variables));
}

function compare(operator: BinaryOperator, left: Value, right: Value): Value {
  switch (operator) {
    case '&&':
    case '||':
      return right;
    case '==':
      return isSame(left, right);
    case '!=':
      return !isSame(left, right);
    case '=~':
      return matches(left, right);
    case '!~':
      return !matches(left, right);
  }
}

function isSame(left: Value, right: Value): boolean {
  if (left instanceof Re2 || right instanceof Re2) return false;
  // `true == "true"` holds: GitLab turns a boolean into a string where it meets one.
  const mixed = typeof left !== typeof right && left !== null && right !== null;
  return mixed ? String(left) === String(right) : left === right;
}

function matches(left: Value, right: Value): boolean {
  if (right === null || right === false) return false;
  if (left instanceof Re2 || right === true) {
    throw new ExpressionError(
      '=~ and !~ compare a value to their left with a pattern to their right',
    );
  }
  const text = left === null ? '' : String(left);
  if (right instanceof Re2) return right.test(text);
  const pattern = patternInVariable(right);
  // A string that is no pattern is searched for the text, not the other way round.
  return pattern === undefined ? right.includes(text) : pattern.test(text);
}

/** A variable may hold a pattern; one that RE2 refuses counts as a plain string there. */
function patternInVariable(text: string): Re2 | undefined {
  try {
    return parsePattern(text.replaceAll('\\/', '/'));
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return undefined;
  }
}

function isRubyTrue(value: Value): boolean {
  return value !== null && value !== false;
}

function isPresent(value: Value): boolean {
  return typeof value === 'string' ? value.trim() !== '' : isRubyTrue(value);
}
