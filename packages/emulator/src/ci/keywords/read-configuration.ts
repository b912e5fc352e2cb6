import { ConfigField, ConfigMap } from '../config-field.ts';
import type { Problems } from '../problems.ts';
import type { YamlVariables } from '../variables/yaml-variable.ts';
import type { MapNode, ScalarNode } from '../yaml/config-node.ts';
import type { JobDefinition } from './job-definition.ts';
import { JOB_KEYWORDS, retiredKeywords } from './job-keywords.ts';
import { readDefaults, TOP_LEVEL_DEFAULTS } from './read-defaults.ts';
import { readJob } from './read-job.ts';
import { readVariables } from './read-variables.ts';
import { readWorkflow } from './read-workflow.ts';
import type { Workflow } from './read-workflow.ts';

/** A whole configuration, read: everything that does not depend on the commit or the variables. */
export interface Configuration {
  /** With `.pre` first and `.post` last, in the order in which they run. */
  readonly stages: readonly string[];
  readonly variables: YamlVariables;
  readonly workflow: Workflow | undefined;
  readonly jobs: ReadonlyMap<string, JobDefinition>;
  /** Every visible job, those included that could not be read. */
  readonly jobNames: ReadonlySet<string>;
}

const ROOT_KEYWORDS = [
  'default',
  'stages',
  'variables',
  'workflow',
  ...TOP_LEVEL_DEFAULTS,
] as const;
const DEFAULT_STAGES = ['build', 'test', 'deploy'];
const MAX_NAME = 255;

type Root = ConfigMap<(typeof ROOT_KEYWORDS)[number]>;

/** Reads the merged configuration; `broken` names jobs that are not worth reading. */
export function readConfiguration(
  node: MapNode,
  broken: ReadonlySet<string>,
  problems: Problems,
): Configuration {
  const root: Root = new ConfigMap(new ConfigField(node, '', problems), node);
  const defaults = readDefaults(root);
  const jobs = new Map<string, JobDefinition>();
  const jobNames = new Set<string>();
  for (const { key, value } of root.fields()) {
    if (isRootKeyword(key.text) || key.text.startsWith('.')) continue;
    jobNames.add(key.text);
    const job = broken.has(key.text) ? undefined : readVisibleJob(key, value, defaults);
    if (job !== undefined) jobs.set(key.text, job);
  }
  if (jobNames.size === 0) {
    problems.addMissing(root.field.at, 'no visible job is defined', 'add one with a script');
  }
  const variables = root.get('variables');
  return {
    stages: readStages(root),
    variables: variables ? readVariables(variables, ROOT_VARIABLE_KEYS) : new Map(),
    workflow: readWorkflow(root.get('workflow')),
    jobs,
    jobNames,
  };
}

const ROOT_VARIABLE_KEYS = ['value', 'description', 'options', 'expand'] as const;

function isRootKeyword(name: string): boolean {
  return ROOT_KEYWORDS.some((keyword) => keyword === name);
}

function readVisibleJob(
  key: ScalarNode,
  field: ConfigField,
  defaults: MapNode,
): JobDefinition | undefined {
  const { node, problems } = field;
  if (node.kind !== 'map' || !RUNNABLE.some((keyword) => node.entries.has(keyword))) {
    const what = `${key.text} has neither script, run nor trigger`;
    // What could not be included may have given it one.
    if (node.kind === 'map') problems.addMissing(key.at, what, wayOutFor(key.text));
    else problems.add(key.at, what, wayOutFor(key.text));
    if (node.kind === 'map') field.map(JOB_KEYWORDS, retiredKeywords);
    return undefined;
  }
  if (typeof key.value !== 'string') {
    problems.add(key.at, `the job name ${key.text} is no string to YAML`, 'quote the name');
  } else if (key.text.length > MAX_NAME) {
    problems.add(key.at, `a job's name is longer than ${MAX_NAME} characters`, 'shorten it');
  }
  return readJob(field, node, defaults);
}

const RUNNABLE = ['script', 'run', 'trigger'];

function wayOutFor(name: string): string {
  if (name === 'spec') return 'a header ends with `---` on a line of its own';
  return retiredKeywords[name] ?? 'give it a script, or begin its name with "." to hide it';
}

function readStages(root: Root): readonly string[] {
  const field = root.get('stages');
  const items = field?.items()?.map((item) => item.string() ?? '');
  const named = (items ?? DEFAULT_STAGES).filter((stage) => stage !== '.pre' && stage !== '.post');
  return ['.pre', ...new Set(named), '.post'];
}
