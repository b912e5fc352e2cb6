import { createHash } from 'node:crypto';

import { findByWildcard } from '../glob/wildcard-path.ts';
import type { CacheDefinition } from '../keywords/read-cache.ts';
import type { CacheKey } from '../keywords/read-cache-key.ts';
import type { PipelineFacts } from '../pipeline-facts.ts';
import type { Problems } from '../problems.ts';
import type { CacheEntry } from '../wire-pipeline-job.ts';

type FileKey = Exclude<CacheKey, { kind: 'text' }>;

/** The caches of one job with their keys made. */
export function cacheEntries(
  caches: readonly CacheDefinition[],
  facts: PipelineFacts,
  problems: Problems,
): CacheEntry[] {
  return caches.map(({ key, paths, untracked, fallbackKeys, policy, when, unprotect }, index) => ({
    key: key.kind === 'text' ? key.text : fileKey(key, index, facts, problems),
    ...(paths && { paths }),
    ...(untracked !== undefined && { untracked }),
    policy,
    when,
    unprotect,
    fallback_keys: fallbackKeys,
  }));
}

/**
 * The key that GitLab makes of files: a prefix, which names the cache's index and the files unless
 * it is given, and a digest of the files' blob ids, or of the commits that changed them last.
 * `default` stands for the digest where none of the files exists.
 */
function fileKey(key: FileKey, index: number, facts: PipelineFacts, problems: Problems): string {
  const prefix = key.prefix ?? defaultPrefix(key, index);
  const digest = digestOf(key, facts, problems) ?? 'default';
  return [prefix, digest].filter((part) => part !== '').join('-');
}

function defaultPrefix({ kind, files }: FileKey, index: number): string {
  if (kind === 'files_commits') return String(index);
  return `${index}_${files.map((file) => file.split('.')[0] ?? '').join('_')}`;
}

function digestOf(key: FileKey, facts: PipelineFacts, problems: Problems): string | undefined {
  const ids = key.kind === 'files' ? blobIds(key, facts) : commitIds(key, facts, problems);
  const unique = [...new Set(ids)].toSorted();
  return unique.length === 0 ? undefined : sha1(unique.join('-'));
}

function blobIds({ files }: FileKey, facts: PipelineFacts): string[] {
  const paths = files.flatMap((file) =>
    file.includes('*') ? findByWildcard(file, facts.files()) : [file],
  );
  return paths.flatMap((path) => {
    const content = facts.readFile(path);
    return content === undefined ? [] : [blobId(content)];
  });
}

/** Git's own name for a file's content. */
function blobId(content: string): string {
  const bytes = Buffer.from(content);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

function commitIds({ files, at }: FileKey, facts: PipelineFacts, problems: Problems): string[] {
  const { lastCommitOf } = facts;
  if (lastCommitOf !== undefined) return files.flatMap((file) => lastCommitOf(file) ?? []);
  const what = 'cache:key:files_commits asks for commits, and the history is not known here';
  problems.add(at, what, 'write files instead: then the contents make the key');
  return [];
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
