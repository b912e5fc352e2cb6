import { allOrNone } from '../config-field.ts';
import type { ConfigField } from '../config-field.ts';
import { ExpressionError } from '../expression/expression-error.ts';
import type { Expression } from '../expression/expression.ts';
import { parsePattern } from '../expression/parse-pattern.ts';
import { readExpression } from './read-expression.ts';

/**
 * What `only` or `except` says. Of `only` all parts have to hold; of `except` one that holds
 * suffices to keep the job out.
 */
export interface Policy {
  readonly refs: readonly string[] | undefined;
  readonly variables: readonly Expression[] | undefined;
  readonly changes: readonly string[] | undefined;
  readonly kubernetes: boolean;
}

/** What `only` means where it is left out, or leaves refs out: no merge request pipelines. */
export const DEFAULT_REFS: readonly string[] = ['branches', 'tags'];

export function readPolicy(field: ConfigField): Policy | undefined {
  if (field.node.kind === 'list') {
    const refs = readRefs(field);
    return refs && { refs, variables: undefined, changes: undefined, kubernetes: false };
  }
  if (field.node.kind !== 'map') {
    return field.refuse('has to be a list or a mapping', 'write `[main]` or `refs:` below it');
  }
  const map = field.map(['refs', 'kubernetes', 'variables', 'changes']);
  const [refs, variables] = [map?.get('refs'), map?.get('variables')];
  return {
    refs: refs && readRefs(refs),
    variables: variables && readExpressions(variables),
    changes: map?.get('changes')?.strings(),
    kubernetes: map?.get('kubernetes')?.oneOf(['active']) !== undefined,
  };
}

function readExpressions(field: ConfigField): Expression[] | undefined {
  if (field.node.kind !== 'list') {
    field.strings();
    return undefined;
  }
  return allOrNone((field.items() ?? []).map((item) => readExpression(item)));
}

function readRefs(field: ConfigField): string[] | undefined {
  const refs = field.strings();
  for (const ref of refs ?? []) {
    try {
      parsePattern(ref);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      return field.refuse(`has a bad pattern: ${error.message}`, 'write it in the syntax of RE2');
    }
  }
  return refs;
}
