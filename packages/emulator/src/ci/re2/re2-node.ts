/** Tells whether one Unicode code point belongs to a set. */
export type CodePointSet = (codePoint: number) => boolean;

/** A place between two characters that an assertion accepts; `word` is RE2's `\b`, which knows ASCII words only. */
export type Assertion =
  'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word-boundary' | 'inside-word';

/** A parsed regular expression; groups leave no node, since matching here never asks what they captured. */
export type Re2Node =
  | { readonly kind: 'character'; readonly accepts: CodePointSet }
  | { readonly kind: 'assertion'; readonly what: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly Re2Node[] }
  | { readonly kind: 'choice'; readonly options: readonly Re2Node[] }
  | {
      readonly kind: 'repeat';
      readonly part: Re2Node;
      readonly min: number;
      readonly max: number;
    };
