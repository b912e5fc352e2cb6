import { ConfigField } from '../config-field.ts';
import type { ConfigMap } from '../config-field.ts';
import { isNull, mapNode } from '../yaml/config-node.ts';
import type { MapNode } from '../yaml/config-node.ts';
import { INHERITABLE } from './job-keywords.ts';
import { inherits } from './read-inherit.ts';
import type { Inheritance } from './read-inherit.ts';
import { readInheritable } from './read-inheritable.ts';
import { readDuration } from './read-start-in.ts';

/** Keywords that older configurations write at the top instead of below `default:`. */
export const TOP_LEVEL_DEFAULTS = [
  ...(['image', 'services', 'cache', 'before_script', 'after_script'] as const),
] as const;

type RootKey = 'default' | (typeof TOP_LEVEL_DEFAULTS)[number];

/** Gathers what `default:` and the top level set for all jobs, and reports what is wrong with it. */
export function readDefaults(root: ConfigMap<RootKey>): MapNode {
  const own = root.get('default')?.anyMap();
  const entries = new Map(own?.field.node.kind === 'map' ? own.field.node.entries : []);
  for (const { key, value } of root.fields()) {
    if (!TOP_LEVEL_DEFAULTS.some((name) => name === key.text) || isNull(value.node)) continue;
    if (value.node.kind === 'map' && value.node.entries.has('script')) {
      value.refuse('is a keyword of GitLab and no name for a job', 'rename the job');
      continue;
    }
    if (entries.has(key.text)) {
      value.refuse('stands both at the top and below default', 'keep the one below default');
    }
    entries.set(key.text, { key, value: value.node });
  }
  const defaults = mapNode(root.field.at, entries);
  validate(new ConfigField(defaults, 'default', root.field.problems));
  return defaults;
}

function validate(field: ConfigField): void {
  const map = field.map([...INHERITABLE, 'timeout']);
  if (map !== undefined) readInheritable(map);
  const timeout = map?.get('timeout');
  if (timeout !== undefined && readDuration(timeout) !== undefined) {
    timeout.note('has no effect: GitLab takes timeout from jobs alone');
  }
}

/** Adds to a job what it takes over, of those keywords for which it has nothing of its own. */
export function withDefaults(job: MapNode, defaults: MapNode, inheritance: Inheritance): MapNode {
  const entries = new Map(job.entries);
  for (const keyword of INHERITABLE) {
    const own = entries.get(keyword);
    const taken = inherits(inheritance, keyword) ? defaults.entries.get(keyword) : undefined;
    if (taken !== undefined && (own === undefined || isNull(own.value)))
      entries.set(keyword, taken);
  }
  return mapNode(job.at, entries);
}
