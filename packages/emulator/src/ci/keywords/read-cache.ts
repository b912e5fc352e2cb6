import { allOrNone } from '../config-field.ts';
import type { ConfigField } from '../config-field.ts';
import { UPLOAD_WHEN } from './read-artifacts.ts';
import type { UploadWhen } from './read-artifacts.ts';
import { readCacheKey } from './read-cache-key.ts';
import type { CacheKey } from './read-cache-key.ts';

/** One cache of a job, with GitLab's defaults filled in. */
export interface CacheDefinition {
  readonly key: CacheKey;
  readonly paths: readonly string[] | undefined;
  readonly untracked: boolean | undefined;
  /** `pull`, `push`, `pull-push`, or a variable that holds one. */
  readonly policy: string;
  readonly when: UploadWhen;
  readonly unprotect: boolean;
  readonly fallbackKeys: readonly string[];
}

const MAX_CACHES = 4;
const MAX_FALLBACK_KEYS = 5;
// As loose as GitLab's own check, which wants one of these somewhere in the text.
const POLICY = /pull-push|push|pull|\$\w{1,255}/;
const KEYS = [
  ...(['key', 'untracked', 'paths', 'when', 'policy', 'unprotect', 'fallback_keys'] as const),
] as const;

/** Reads `cache:`, one or a list of them. */
export function readCaches(field: ConfigField): readonly CacheDefinition[] | undefined {
  const items = field.node.kind === 'map' ? [field] : field.items();
  if (items !== undefined && items.length > MAX_CACHES) {
    return field.refuse(`has ${items.length} caches`, `keep at most ${MAX_CACHES}`);
  }
  return items && allOrNone(items.map(readCache));
}

function readCache(field: ConfigField): CacheDefinition | undefined {
  const map = field.map(KEYS);
  return (
    map && {
      key: readCacheKey(map.get('key')),
      paths: map.get('paths')?.strings(),
      untracked: map.get('untracked')?.boolean(),
      policy: readPolicyWord(map.get('policy')),
      when: map.get('when')?.oneOf(UPLOAD_WHEN) ?? 'on_success',
      unprotect: map.get('unprotect')?.boolean() ?? false,
      fallbackKeys: readFallbackKeys(map.get('fallback_keys')),
    }
  );
}

function readPolicyWord(field: ConfigField | undefined): string {
  const policy = field?.string() ?? '';
  if (policy === '') return 'pull-push';
  if (!POLICY.test(policy)) {
    field?.refuse(`is "${policy}"`, 'write pull, push, pull-push or a variable that holds one');
  }
  return policy;
}

function readFallbackKeys(field: ConfigField | undefined): readonly string[] {
  const keys = field?.strings() ?? [];
  if (keys.length > MAX_FALLBACK_KEYS) {
    field?.refuse(`has ${keys.length} keys`, `keep at most ${MAX_FALLBACK_KEYS}`);
  }
  return keys;
}
