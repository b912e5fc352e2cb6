import { allOrNone } from '../config-field.ts';
import type { ConfigField, ConfigMap } from '../config-field.ts';
import type { Expression } from '../expression/expression.ts';
import type { Place } from '../pipeline-refused.ts';
import type { YamlVariables } from '../variables/yaml-variable.ts';
import { readExpression } from './read-expression.ts';
import { readNeeds } from './read-needs.ts';
import type { NeedDefinition } from './read-needs.ts';
import { readChanges, readExists } from './read-path-clauses.ts';
import { readStartIn } from './read-start-in.ts';
import { readVariables } from './read-variables.ts';

/** When a job runs; `never` only as a rule's verdict. */
export type RuleWhen = 'on_success' | 'on_failure' | 'always' | 'manual' | 'delayed' | 'never';

/** One rule: it matches where all its clauses do, and then what else it says counts. */
export interface Rule {
  readonly at: Place;
  readonly if: Expression | undefined;
  readonly changes: readonly string[] | undefined;
  readonly exists: readonly string[] | undefined;
  readonly when: RuleWhen | undefined;
  readonly startIn: string | undefined;
  readonly allowFailure: boolean | undefined;
  readonly variables: YamlVariables | undefined;
  readonly needs: readonly NeedDefinition[] | undefined;
}

const CLAUSES = ['if', 'changes', 'exists', 'when'] as const;
const ATTRIBUTES = ['start_in', 'allow_failure', 'variables', 'needs'] as const;
const ALL_KEYS = [...CLAUSES, ...ATTRIBUTES, 'interruptible', 'auto_cancel'] as const;
type RuleKey = (typeof ALL_KEYS)[number];

interface RuleKind {
  readonly keys: readonly RuleKey[];
  readonly when: readonly RuleWhen[];
}

const EVERY_WHEN = ['on_success', 'on_failure', 'always', 'never', 'manual', 'delayed'] as const;
const jobRule: RuleKind = { keys: [...CLAUSES, ...ATTRIBUTES, 'interruptible'], when: EVERY_WHEN };
const workflowRule: RuleKind = {
  keys: [...CLAUSES, ...ATTRIBUTES, 'auto_cancel'],
  when: ['always', 'never'],
};
const includeRule: RuleKind = { keys: CLAUSES, when: ['always', 'never'] };

/** Reads `rules:` of a job. */
export const readJobRules = (field: ConfigField): readonly Rule[] | undefined =>
  readRules(field, jobRule);

/** Reads `workflow:rules`. */
export const readWorkflowRules = (field: ConfigField): readonly Rule[] | undefined =>
  readRules(field, workflowRule);

/** Reads `include:rules`. */
export const readIncludeRules = (field: ConfigField): readonly Rule[] | undefined =>
  readRules(field, includeRule);

function readRules(field: ConfigField, kind: RuleKind): readonly Rule[] | undefined {
  const items = field.items();
  if (items?.length === 0) return field.refuse('has no rule', 'add one or take the keyword out');
  return items && allOrNone(items.map((item) => readRule(item, kind)));
}

function readRule(field: ConfigField, kind: RuleKind): Rule | undefined {
  const map: ConfigMap<RuleKey> | undefined = field.map(kind.keys);
  if (map === undefined) return undefined;
  if ([...map.fields()].length === 0) {
    return field.refuse('has an empty rule', 'write `when: …` or a clause in it');
  }
  const when = map.get('when')?.oneOf(kind.when);
  map.get('interruptible')?.boolean();
  return {
    at: field.at,
    if: readExpression(map.get('if')),
    changes: readChanges(map.get('changes')),
    exists: readExists(map.get('exists')),
    when,
    startIn: readStartIn(field, map.get('start_in'), when === 'delayed'),
    allowFailure: map.get('allow_failure')?.boolean(),
    variables: readRuleVariables(map.get('variables')),
    needs: readRuleNeeds(map.get('needs')),
  };
}

function readRuleVariables(field: ConfigField | undefined): YamlVariables | undefined {
  return field && readVariables(field, []);
}

function readRuleNeeds(field: ConfigField | undefined): readonly NeedDefinition[] | undefined {
  return field && readNeeds(field);
}
