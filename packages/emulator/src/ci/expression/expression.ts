import type { Re2 } from '../re2/re2.ts';
import type { BinaryOperator } from './lex-expression.ts';

/** An expression of `rules:if` or `only:variables`, parsed. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | boolean | null }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'pattern'; readonly pattern: Re2 }
  | { readonly kind: 'not'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    };
