import { ConfigField, ConfigMap } from '../config-field.ts';
import { decideInputs } from '../inputs/decide-inputs.ts';
import type { MapNode } from '../yaml/config-node.ts';
import type { AllowFailure, JobDefinition, JobWhen, Named } from './job-definition.ts';
import { JOB_KEYWORDS, retiredKeywords } from './job-keywords.ts';
import type { JobKeyword } from './job-keywords.ts';
import { withDefaults } from './read-defaults.ts';
import { readEnvironment } from './read-environment.ts';
import { readInherit } from './read-inherit.ts';
import { readInheritable, readWith } from './read-inheritable.ts';
import { noteServerKeywords, readUnsupported } from './read-other-keywords.ts';
import { readNeeds } from './read-needs.ts';
import { withPagesPath } from './read-pages.ts';
import { readParallel } from './read-parallel.ts';
import { readPolicy } from './read-policy.ts';
import { readRelease } from './read-release.ts';
import { readExitCodes } from './read-retry.ts';
import { readJobRules } from './read-rules.ts';
import { readRunSteps } from './read-run-steps.ts';
import { readDuration, readStartIn } from './read-start-in.ts';
import { readVariables } from './read-variables.ts';

const MONTH_S = 2_592_000;
const WHEN: readonly JobWhen[] = ['on_success', 'on_failure', 'always', 'manual', 'delayed'];

type JobMap = ConfigMap<JobKeyword>;

/** Reads a visible job; `field` is the job as it is written, after `extends` and references. */
export function readJob(
  field: ConfigField,
  job: MapNode,
  defaults: MapNode,
): JobDefinition | undefined {
  const own = field.map(JOB_KEYWORDS, retiredKeywords);
  if (own === undefined) return undefined;
  checkTogether(own);
  const inherit = readInherit(own.get('inherit'));
  const complete = withDefaults(job, defaults, inherit.default);
  const map: JobMap = new ConfigMap(
    new ConfigField(complete, field.name, field.problems),
    complete,
  );
  noteServerKeywords(own);
  const when = map.get('when')?.oneOf(WHEN) ?? 'on_success';
  const inheritable = readInheritable(map);
  return {
    ...inheritable,
    artifacts: withPagesPath(inheritable.artifacts, map),
    at: field.at,
    name: field.name,
    stage: readStage(map),
    script: readScript(map),
    run: readWith(map.get('run'), readRunSteps),
    when,
    startIn: readStartIn(field, map.get('start_in'), when === 'delayed'),
    allowFailure: readAllowFailure(map) ?? when === 'manual',
    variables: readJobVariables(map),
    inheritsVariables: inherit.variables,
    hasRules: map.has('rules'),
    rules: readWith(map.get('rules'), readJobRules),
    only: readWith(map.get('only'), readPolicy),
    except: readWith(map.get('except'), readPolicy),
    needs: readWith(map.get('needs'), readNeeds),
    dependencies: readWith(map.get('dependencies'), readDependencies),
    parallel: readWith(map.get('parallel'), readParallel),
    timeoutS: readWith(map.get('timeout'), readTimeout),
    release: readWith(map.get('release'), readRelease),
    environment: readWith(map.get('environment'), readEnvironment),
    inputs: readWith(map.get('inputs'), decideInputs),
    unsupported: readUnsupported(map),
  };
}

function checkTogether(map: JobMap): void {
  map.refuseTogether(['script', 'run']);
  map.refuseTogether(['before_script', 'run']);
  map.refuseTogether(['after_script', 'run']);
  map.refuseTogether(['script', 'trigger']);
  map.refuseTogether(['run', 'trigger']);
  for (const key of ['only', 'except', 'start_in'] as const) map.refuseTogether(['rules', key]);
}

function readStage(map: JobMap): Named {
  const field = map.get('stage');
  return { at: (field ?? map.field).at, name: field?.string() ?? 'test' };
}

function readScript(map: JobMap): readonly string[] {
  const script = map.get('script')?.commands();
  const wayOut = 'write at least one command';
  if (map.has('script') && map.get('script') === undefined)
    map.field.refuse('has an empty script', wayOut);
  if (script?.length === 0) map.get('script')?.refuse('is empty', wayOut);
  return script ?? [];
}

function readAllowFailure(map: JobMap): AllowFailure | undefined {
  const field = map.get('allow_failure');
  if (field?.node.kind !== 'map') return field?.boolean();
  const codes = field.map(['exit_codes'])?.get('exit_codes');
  return { exit_codes: (codes && readExitCodes(codes)) ?? [] };
}

function readJobVariables(map: JobMap): JobDefinition['variables'] {
  const field = map.get('variables');
  return field === undefined ? new Map() : readVariables(field, ['value', 'expand']);
}

function readDependencies(field: ConfigField): readonly Named[] | undefined {
  return field.strings()?.map((name) => ({ at: field.at, name }));
}

function readTimeout(field: ConfigField): number | undefined {
  const seconds = readDuration(field);
  if (seconds === undefined || seconds < MONTH_S) return seconds;
  return field.refuse('is a month or more', 'give the job less than 1 month');
}
