import { ExpressionError } from './expression-error.ts';

/** What a word of the rules language is. */
export type TokenKind = 'open' | 'close' | 'not' | BinaryOperator | OperandKind;

/** The operators between two operands. */
export type BinaryOperator = '==' | '!=' | '=~' | '!~' | '&&' | '||';

type OperandKind = 'variable' | 'string' | 'pattern' | 'null' | 'boolean';

/** One word of an expression; `text` is what stands for it in the source. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

// In the order in which GitLab tries them: `!=` before `!`, and a slash begins a pattern only here.
// A pattern needs two characters between its slashes: GitLab's own reads no shorter one.
const words: readonly (readonly [TokenKind, RegExp])[] = [
  ['open', /\(/y],
  ['close', /\)/y],
  ['variable', /\$\w+/y],
  ['string', /"[^"\n]*"|'[^'\n]*'/y],
  ['pattern', /\/(?:[^/]|\\\/)+[^\\]\/[ismU]*/y],
  ['null', /null/y],
  ['boolean', /\b(?:true|false)\b/y],
  ['==', /==/y],
  ['=~', /=~/y],
  ['!=', /!=/y],
  ['!~', /!~/y],
  ['&&', /&&/y],
  ['||', /\|\|/y],
  ['not', /!/y],
];

// GitLab's lexer gives up before it has read a hundredth word.
const MAX_TOKENS = 99;

/** @throws ExpressionError */
export function lexExpression(source: string): Token[] {
  const tokens: Token[] = [];
  let position = skipSpace(source, 0);
  while (position < source.length) {
    const token = readToken(source, position);
    if (token === undefined) {
      throw new ExpressionError(
        `nothing of the rules language begins at ${excerpt(source, position)}`,
      );
    }
    tokens.push(token);
    if (tokens.length > MAX_TOKENS) {
      throw new ExpressionError(`it has more than the ${MAX_TOKENS} words that GitLab reads`);
    }
    position = skipSpace(source, position + token.text.length);
  }
  return tokens;
}

function readToken(source: string, position: number): Token | undefined {
  for (const [kind, word] of words) {
    word.lastIndex = position;
    const match = word.exec(source);
    if (match !== null) return { kind, text: match[0] };
  }
  return undefined;
}

function skipSpace(source: string, position: number): number {
  const space = /\s*/y;
  space.lastIndex = position;
  return position + (space.exec(source)?.[0].length ?? 0);
}

function excerpt(source: string, position: number): string {
  const rest = source.slice(position);
  return `\`${rest.length > 20 ? `${rest.slice(0, 20)}…` : rest}\``;
}
