import { ExpressionError } from '../expression/expression-error.ts';
import { isTruthful } from '../expression/evaluate-expression.ts';
import type { Expression } from '../expression/expression.ts';
import type { Rule } from '../keywords/read-rules.ts';
import type { PipelineFacts } from '../pipeline-facts.ts';
import type { Place } from '../pipeline-refused.ts';
import type { Problems } from '../problems.ts';
import type { VariableScope } from '../variables/variable-scope.ts';
import { askGlobs } from './match-globs.ts';

/** What rules are judged against. */
export interface RuleContext {
  readonly facts: PipelineFacts;
  readonly scope: VariableScope;
  readonly problems: Problems;
}

/** The first rule that matches, if one does. */
export function matchRules(rules: readonly Rule[], context: RuleContext): Rule | undefined {
  return rules.find(
    (rule) =>
      (rule.if === undefined || holds(rule.if, rule.at, context)) &&
      hasChanged(rule, context) &&
      doesExist(rule, context),
  );
}

/** Tells whether an expression holds; one that fails only now is reported. */
export function holds(
  expression: Expression,
  at: Place,
  { scope, problems }: RuleContext,
): boolean {
  try {
    return isTruthful(expression, (name) => scope.written(name));
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    problems.add(at, `the rule fails: ${error.message}`, 'compare it in another way');
    return false;
  }
}

function hasChanged({ changes, at }: Rule, context: RuleContext): boolean {
  if (changes === undefined) return true;
  return askGlobs('changes', expanded(changes, context), at, context);
}

function doesExist({ exists, at }: Rule, context: RuleContext): boolean {
  if (exists === undefined) return true;
  return askGlobs('exists', expanded(exists, context), at, context);
}

function expanded(globs: readonly string[], { scope }: RuleContext): string[] {
  return globs.map((glob) => scope.expand(glob));
}
