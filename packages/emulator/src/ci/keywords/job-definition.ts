import type { InputValues } from '../inputs/decide-inputs.ts';
import type { PipelineProblem, Place } from '../pipeline-refused.ts';
import type { YamlVariables } from '../variables/yaml-variable.ts';
import type { JsonObject, JsonValue } from '../yaml/plain-value.ts';
import type { Environment } from './read-environment.ts';
import type { Inheritable } from './read-inheritable.ts';
import type { Inheritance } from './read-inherit.ts';
import type { NeedDefinition } from './read-needs.ts';
import type { Parallel } from './read-parallel.ts';
import type { Policy } from './read-policy.ts';
import type { Rule, RuleWhen } from './read-rules.ts';

/** When a job runs. */
export type JobWhen = Exclude<RuleWhen, 'never'>;

/** Whether a job may fail, or with which exit codes. */
export type AllowFailure = boolean | { readonly exit_codes: readonly number[] };

/** Something that a configuration names, and where. */
export interface Named {
  readonly at: Place;
  readonly name: string;
}

/** One job as the configuration defines it, before it is known whether and how often it runs. */
export interface JobDefinition extends Inheritable {
  readonly at: Place;
  readonly name: string;
  readonly stage: Named;
  readonly script: readonly string[];
  readonly run: readonly JsonValue[] | undefined;
  readonly when: JobWhen;
  readonly startIn: string | undefined;
  readonly allowFailure: AllowFailure;
  readonly variables: YamlVariables;
  readonly inheritsVariables: Inheritance;
  /** Tells `rules:` with nothing behind it, which lets the job run always, from no rules. */
  readonly hasRules: boolean;
  readonly rules: readonly Rule[] | undefined;
  readonly only: Policy | undefined;
  readonly except: Policy | undefined;
  readonly needs: readonly NeedDefinition[] | undefined;
  readonly dependencies: readonly Named[] | undefined;
  readonly parallel: Parallel | undefined;
  readonly timeoutS: number | undefined;
  readonly release: JsonObject | undefined;
  readonly environment: Environment | undefined;
  readonly inputs: InputValues | undefined;
  /** What nothing stands behind here; it counts only if the job is part of the pipeline. */
  readonly unsupported: readonly PipelineProblem[];
}
