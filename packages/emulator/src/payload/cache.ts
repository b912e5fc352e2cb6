import { createHash } from 'node:crypto';
import type { CacheSpec } from '../control/wire-job-spec.ts';
import { runGit } from '../git/run-git.ts';
import type { JsonObject } from '../http/parameters.ts';
import type { Job } from '../world/job.ts';
import { linesOf } from './artifacts.ts';

/** Caches of protected and of other refs are kept apart by a suffix of their keys. */
export function cachePayload(cache: CacheSpec, job: Job): JsonObject {
  const isProtected = job.demand.protected && cache.unprotect !== true;
  const suffix = isProtected ? 'protected' : 'non_protected';
  return {
    key: `${keyOf(cache, job)}-${suffix}`,
    untracked: cache.untracked ?? false,
    paths: linesOf(cache.paths),
    policy: cache.policy ?? 'pull-push',
    when: cache.when ?? 'on_success',
    fallback_keys: (cache.fallback_keys ?? []).map((key) => `${key}-${suffix}`),
  };
}

function keyOf({ key = 'default' }: CacheSpec, job: Job): string {
  if (typeof key === 'string') return key;
  const hash = commitsHash(key.files, job);
  return key.prefix === undefined ? hash : `${key.prefix}-${hash}`;
}

/** Changes when one of the files does; `default` where there is none of them. */
function commitsHash(files: readonly string[], job: Job): string {
  const { repository, commit } = job.pipeline.source;
  if (repository === undefined) return 'default';
  const commits = files.map((file) =>
    runGit(repository.path, 'log', '-1', '--format=%H', commit.sha, '--', file),
  );
  const found = [...new Set(commits.filter((sha) => sha !== ''))];
  return found.length === 0 ? 'default' : createHash('sha1').update(found.join('-')).digest('hex');
}
