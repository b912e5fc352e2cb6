import { ExpressionError } from '../expression/expression-error.ts';
import { isTruthful } from '../expression/evaluate-expression.ts';
import type { Expression } from '../expression/expression.ts';
import { anyChanged, anyExists } from '../glob/match-paths.ts';
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

function hasChanged({ changes, at }: Rule, { facts, scope, problems }: RuleContext): boolean {
  // A pipeline with nothing to compare to, such as a new branch's, counts as changing everything.
  if (changes === undefined || facts.changedFiles === undefined) return true;
  const globs = changes.map((glob) => scope.expand(glob));
  return askGlobs(anyChanged, globs, facts.changedFiles, { at, problems });
}

function doesExist({ exists, at }: Rule, { facts, scope, problems }: RuleContext): boolean {
  if (exists === undefined) return true;
  const globs = exists.map((glob) => scope.expand(glob));
  return askGlobs(anyExists, globs, facts.files(), { at, problems });
}
