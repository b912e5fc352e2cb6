import { ExpressionError } from '../expression/expression-error.ts';
import { parsePattern } from '../expression/parse-pattern.ts';
import type { JobDefinition } from '../keywords/job-definition.ts';
import { DEFAULT_REFS } from '../keywords/read-policy.ts';
import type { Policy } from '../keywords/read-policy.ts';
import type { PipelineFacts } from '../pipeline-facts.ts';
import { askGlobs } from './match-globs.ts';
import { holds } from './match-rules.ts';
import type { RuleContext } from './match-rules.ts';

/**
 * Tells whether `only` and `except` let a job into the pipeline.
 *
 * Without them a job is for branches and tags, unless the workflow has rules: then for everything.
 */
export function passesPolicies(
  job: JobDefinition,
  hasWorkflowRules: boolean,
  context: RuleContext,
): boolean {
  const only = job.only ?? (hasWorkflowRules ? undefined : ALL_REFS);
  const conditions =
    only && conditionsOf({ ...only, refs: only.refs ?? DEFAULT_REFS }, job, context);
  const exceptions = job.except && conditionsOf(job.except, job, context);
  return (
    (conditions ?? []).every((condition) => condition()) &&
    !(exceptions ?? []).some((exception) => exception())
  );
}

const ALL_REFS: Policy = {
  refs: DEFAULT_REFS,
  variables: undefined,
  changes: undefined,
  kubernetes: false,
};

/** The parts of a policy, each a question; `only` wants all of them answered by yes, `except` by no. */
function conditionsOf(policy: Policy, job: JobDefinition, context: RuleContext): (() => boolean)[] {
  const { refs, variables, changes, kubernetes } = policy;
  const { facts } = context;
  const { at } = job;
  return [
    ...(refs ? [() => refs.some((ref) => matchesRef(ref, facts))] : []),
    // There is no cluster here that could be active.
    ...(kubernetes ? [() => false] : []),
    ...(variables ? [() => variables.some((variable) => holds(variable, at, context))] : []),
    ...(changes ? [() => askGlobs('only:changes', changes, at, context)] : []),
  ];
}

function matchesRef(ref: string, facts: PipelineFacts): boolean {
  const [pattern = '', ...rest] = ref.split('@');
  const path = rest.length === 0 ? undefined : rest.join('@');
  return (path === undefined || path === facts.projectPath) && matchesPattern(pattern, facts);
}

function matchesPattern(
  pattern: string,
  { ref, isTag, isMergeRequest, source }: PipelineFacts,
): boolean {
  const isBranch = !isTag && !isMergeRequest;
  if (pattern === 'tags' && isTag) return true;
  if (pattern === 'branches' && isBranch) return true;
  const event = source.replace(/_event$/, '');
  if (pattern === event || pattern === plural(event)) return true;
  return (isTag || isBranch) && (refExpression(pattern)?.test(ref) ?? pattern === ref);
}

/** `push` becomes `pushes` and `schedule` `schedules`, as only:refs spells them. */
function plural(event: string): string {
  return /(?:s|x|sh|ch)$/.test(event) ? `${event}es` : `${event}s`;
}

function refExpression(pattern: string): ReturnType<typeof parsePattern> {
  try {
    return parsePattern(pattern);
  } catch (error) {
    // Cut at its "@", a pattern may be none any more; GitLab then takes it for a ref's name.
    if (!(error instanceof ExpressionError)) throw error;
    return undefined;
  }
}
