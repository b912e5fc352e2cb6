import type { AllowFailure, JobDefinition, JobWhen } from '../keywords/job-definition.ts';
import type { NeedDefinition } from '../keywords/read-needs.ts';
import type { YamlVariables } from '../variables/yaml-variable.ts';
import { passesPolicies } from '../rules/match-policy.ts';
import { matchRules } from '../rules/match-rules.ts';
import type { RuleContext } from '../rules/match-rules.ts';

/** How a job that is part of the pipeline runs, after its rules had their say. */
export interface JobDecision {
  readonly when: JobWhen;
  readonly startIn: string | undefined;
  readonly allowFailure: AllowFailure;
  readonly needs: readonly NeedDefinition[] | undefined;
  /** What the rule that matched adds to the job's variables. */
  readonly variables: YamlVariables;
}

/** Decides by rules, or else by `only` and `except`; undefined for a job that is left out. */
export function decideJob(
  job: JobDefinition,
  hasWorkflowRules: boolean,
  context: RuleContext,
): JobDecision | undefined {
  if (job.rules !== undefined) return decideByRules(job, context);
  const asDefined: JobDecision = { ...job, variables: new Map() };
  if (job.hasRules) return asDefined;
  return passesPolicies(job, hasWorkflowRules, context) ? asDefined : undefined;
}

function decideByRules(job: JobDefinition, context: RuleContext): JobDecision | undefined {
  const rule = matchRules(job.rules ?? [], context);
  const when = rule?.when ?? job.when;
  if (rule === undefined || when === 'never') return undefined;
  return {
    when,
    startIn: when === 'delayed' ? (rule.startIn ?? job.startIn) : undefined,
    allowFailure: rule.allowFailure ?? job.allowFailure,
    // An empty list in a rule changes nothing: to need nothing has to be said by the job.
    needs: rule.needs === undefined || rule.needs.length === 0 ? job.needs : rule.needs,
    variables: rule.variables ?? new Map(),
  };
}
