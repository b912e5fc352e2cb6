import { ExpressionError } from './expression-error.ts';
import type { Expression } from './expression.ts';
import { lexExpression } from './lex-expression.ts';
import type { BinaryOperator, Token, TokenKind } from './lex-expression.ts';
import { parsePattern } from './parse-pattern.ts';

// As in Ruby, where `!` binds most and `||` least.
const precedence: ReadonlyMap<TokenKind, number> = new Map([
  ['not', 1],
  ['==', 10],
  ['!=', 10],
  ['=~', 10],
  ['!~', 10],
  ['&&', 11],
  ['||', 12],
]);

/** @throws ExpressionError */
export function parseExpression(source: string): Expression {
  const operands: Expression[] = [];
  for (const token of toPostfix(lexExpression(source))) operands.push(build(token, operands));
  const [expression, ...others] = operands;
  if (expression === undefined) throw new ExpressionError('it is empty');
  if (others.length > 0) throw new ExpressionError('an operator is missing between two values');
  return expression;
}

/** GitLab's own shunting-yard, so that what it reads is read the same way here. */
function toPostfix(tokens: readonly Token[]): Token[] {
  const output: Token[] = [];
  const operators: Token[] = [];
  for (const token of tokens) {
    if (token.kind === 'open' || token.kind === 'not') {
      operators.push(token);
    } else if (token.kind === 'close') {
      moveWhile(operators, output, (last) => last.kind !== 'open');
      if (operators.pop() === undefined) throw new ExpressionError('a ( is missing');
    } else if (precedence.has(token.kind)) {
      moveWhile(operators, output, (last) => bindsAsMuch(last, token));
      operators.push(token);
    } else {
      output.push(token);
    }
  }
  return [...output, ...operators.toReversed()];
}

function moveWhile(from: Token[], to: Token[], condition: (last: Token) => boolean): void {
  for (let last = from.at(-1); last !== undefined && condition(last); last = from.at(-1)) {
    to.push(last);
    from.pop();
  }
}

function bindsAsMuch(left: Token, right: Token): boolean {
  const [leftRank, rightRank] = [precedence.get(left.kind), precedence.get(right.kind)];
  return leftRank !== undefined && rightRank !== undefined && rightRank >= leftRank;
}

function build(token: Token, operands: Expression[]): Expression {
  switch (token.kind) {
    case 'variable':
      return { kind: 'variable', name: token.text.slice(1) };
    case 'string':
      return { kind: 'literal', value: token.text.slice(1, -1) };
    case 'boolean':
      return { kind: 'literal', value: token.text === 'true' };
    case 'null':
      return { kind: 'literal', value: null };
    case 'pattern':
      return buildPattern(token.text);
    case 'not':
      return { kind: 'not', operand: takeOperand(operands, '!') };
    case 'open':
    case 'close':
      throw new ExpressionError('a ) is missing');
    default:
      return buildBinary(token.kind, operands);
  }
}

function buildPattern(text: string): Expression {
  const pattern = parsePattern(text.replaceAll('\\/', '/'));
  if (pattern === undefined) throw new ExpressionError(`${text} is no pattern`);
  return { kind: 'pattern', pattern };
}

function buildBinary(operator: BinaryOperator, operands: Expression[]): Expression {
  const right = takeOperand(operands, operator);
  const left = takeOperand(operands, operator);
  // GitLab fails with an internal error on these two, and only once the rule is evaluated.
  if (left.kind === 'pattern' && operator !== '&&' && operator !== '||') {
    throw new ExpressionError(`a pattern can stand only to the right of =~ or !~`);
  }
  if (operator.includes('~') && right.kind === 'literal' && right.value === true) {
    throw new ExpressionError(`${operator} needs a pattern to its right`);
  }
  return { kind: 'binary', operator, left, right };
}

function takeOperand(operands: Expression[], operator: string): Expression {
  const operand = operands.pop();
  if (operand === undefined) throw new ExpressionError(`${operator} lacks a value beside it`);
  return operand;
}
