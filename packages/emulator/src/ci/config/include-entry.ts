import type { ConfigField, ConfigMap } from '../config-field.ts';
import { readIncludeRules } from '../keywords/read-rules.ts';
import type { Rule } from '../keywords/read-rules.ts';

/** One `include: local`, before variables and wildcards in its path are looked at. */
export interface IncludeEntry {
  readonly field: ConfigField;
  readonly path: string;
  readonly rules: readonly Rule[] | undefined;
  readonly inputs: ConfigMap | undefined;
}

/** An include of a kind that leads outside the repository; it counts only if its rules let it. */
export interface OutsideInclude {
  readonly field: ConfigField;
  readonly kind: string;
  readonly rules: readonly Rule[] | undefined;
}

const OUTSIDE = ['template', 'remote', 'project', 'component', 'artifact'] as const;
// GitLab takes them beside `local` too, and does nothing with them.
const MEANINGLESS = ['file', 'ref', 'job', 'integrity', 'cache'] as const;
const KEYS = ['local', 'rules', 'inputs', ...MEANINGLESS, ...OUTSIDE] as const;

/** Reads `include:`, a string, a mapping or a list of them. */
export function readIncludes(field: ConfigField): (IncludeEntry | OutsideInclude)[] {
  const items = field.node.kind === 'list' ? (field.items() ?? []) : [field];
  return items.flatMap((item) => readInclude(item) ?? []);
}

function readInclude(field: ConfigField): IncludeEntry | OutsideInclude | undefined {
  if (field.node.kind !== 'map') {
    const path = field.text();
    if (path === undefined) return undefined;
    const isUrl = /^(https?|ssh|git):\/\//i.test(path);
    return isUrl
      ? { field, kind: 'remote', rules: undefined }
      : { field, path, rules: undefined, inputs: undefined };
  }
  const map = field.map(KEYS);
  const rulesField = map?.get('rules');
  const rules = rulesField && readIncludeRules(rulesField);
  const kind = OUTSIDE.find((key) => map?.get(key) !== undefined);
  if (kind !== undefined) return { field, kind, rules };
  const local = map?.get('local');
  if (map !== undefined && local === undefined) {
    return field.refuse('names no file', 'write `local: /path/to/file.yml`');
  }
  for (const key of MEANINGLESS) map?.get(key)?.note('means nothing beside local');
  const path = local?.text();
  if (local === undefined || path === undefined) return undefined;
  return { field: local, path, rules, inputs: map?.get('inputs')?.anyMap() };
}
