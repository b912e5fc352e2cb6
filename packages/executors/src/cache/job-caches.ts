import type { CacheEntry } from '@fellrunner/core';

import { cautionLine } from '../log/log-text.ts';
import type { JobPlan } from '../shell/job-plan.ts';
import { defaultKey, readCacheKey, type CacheKey, type KeyReading } from './cache-key.ts';

/** The caches of a job that have anything in them. */
export function cachesOf(job: { readonly cache: readonly CacheEntry[] }): readonly CacheEntry[] {
  return job.cache.filter(({ paths, untracked }) => paths.length > 0 || untracked);
}

export function keyOf(plan: JobPlan, key: string): KeyReading {
  const { job, running, settings, workplace } = plan;
  return readCacheKey({
    key: key === '' ? defaultKey(job) : running.variables.expand(key),
    folder: workplace.cache,
    isHashed: settings.hashCacheKeys,
  });
}

export interface KeyCandidates {
  /** In the order in which they are tried. */
  readonly keys: readonly CacheKey[];
  readonly warnings: string;
}

/** The key of a cache and those to fall back on, the job's own and `CACHE_FALLBACK_KEY`. */
export function candidatesOf(plan: JobPlan, cache: CacheEntry): KeyCandidates {
  const { running } = plan;
  const named = cache.fallbackKeys.map((key) => running.variables.expand(key)).filter(Boolean);
  const readings = [cache.key, ...named].map((key) => keyOf(plan, key));
  const general = running.variables.value('CACHE_FALLBACK_KEY');
  const last = general === '' ? undefined : keyOf(plan, general);
  // Anybody's job may name it, and what protected branches cache is not for anybody.
  const isBlocked = /-protected[. ]*$/.test(last?.key?.shown ?? '');
  const warnings = [...readings, ...(last === undefined ? [] : [last])].map(
    ({ warning }) => warning,
  );
  if (isBlocked)
    warnings.push(`CACHE_FALLBACK_KEY "${general}" not allowed to end in "-protected"`);
  const usable = isBlocked || last === undefined ? readings : [...readings, last];
  return {
    keys: usable.flatMap(({ key }) => key ?? []),
    warnings: warnings.flatMap((text) => (text === undefined ? [] : cautionLine(text))).join(''),
  };
}

/**
 * Whether a cache's policy allows to pull or push it.
 *
 * @throws Error where there is no such policy.
 */
export function allows(plan: JobPlan, cache: CacheEntry, wanted: 'pull' | 'push'): boolean {
  const policy = plan.running.variables.expand(cache.policy);
  if (policy === '' || policy === 'pull-push') return true;
  if (policy === 'pull' || policy === 'push') return policy === wanted;
  throw new Error(`unknown cache policy ${policy}`);
}
