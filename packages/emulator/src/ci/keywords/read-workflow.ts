import type { ConfigField } from '../config-field.ts';
import type { Place } from '../pipeline-refused.ts';
import { readWorkflowRules } from './read-rules.ts';
import type { Rule } from './read-rules.ts';

/** What `workflow:` says about the pipeline as a whole. */
export interface Workflow {
  readonly at: Place;
  readonly name: string | undefined;
  readonly rules: readonly Rule[] | undefined;
}

const MAX_NAME = 255;

export function readWorkflow(field: ConfigField | undefined): Workflow | undefined {
  const map = field?.map(['rules', 'name', 'auto_cancel']);
  if (field === undefined || map === undefined) return undefined;
  const autoCancel = map.get('auto_cancel');
  autoCancel?.note('cancels nothing: pipelines do not supersede each other here');
  autoCancel?.map(['on_new_commit', 'on_job_failure']);
  const rules = map.get('rules');
  return {
    at: (rules ?? field).at,
    name: readName(map.get('name')),
    rules: rules && readWorkflowRules(rules),
  };
}

function readName(field: ConfigField | undefined): string | undefined {
  const name = field?.string();
  if (name === undefined || name.length <= MAX_NAME) return name;
  return field?.refuse(`is longer than ${MAX_NAME} characters`, 'shorten it');
}
