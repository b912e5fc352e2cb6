import { createHash } from 'node:crypto';

import { findByWildcard } from '../glob/wildcard-path.ts';
import type { CacheDefinition } from '../keywords/read-cache.ts';
import type { CacheKey } from '../keywords/read-cache-key.ts';
import type { PipelineFacts } from '../pipeline-facts.ts';
import type { Problems } from '../problems.ts';
import type { CacheEntry } from '../wire-pipeline-job.ts';

type FileKey = Exclude<CacheKey, { kind: 'text' }>;

/** Makes the caches of jobs; jobs that share a definition have each file looked at once. */
export class CacheEntries {
  readonly #facts: PipelineFacts;
  readonly #problems: Problems;
  readonly #digests = new Map<string, string>();

  constructor(facts: PipelineFacts, problems: Problems) {
    this.#facts = facts;
    this.#problems = problems;
  }

  /** The caches of one job with their keys made. */
  make(caches: readonly CacheDefinition[]): CacheEntry[] {
    return caches.map((cache, index) => ({
      key: cache.key.kind === 'text' ? cache.key.text : this.#fileKey(cache.key, index),
      ...(cache.paths && { paths: cache.paths }),
      ...(cache.untracked !== undefined && { untracked: cache.untracked }),
      policy: cache.policy,
      when: cache.when,
      unprotect: cache.unprotect,
      fallback_keys: cache.fallbackKeys,
    }));
  }

  /**
   * The key that GitLab makes of files: a prefix, which names the cache's index and the files
   * unless it is given, and a digest of the files' blob ids, or of the commits that changed them
   * last.
   */
  #fileKey(key: FileKey, index: number): string {
    const prefix = key.prefix ?? defaultPrefix(key, index);
    return [prefix, this.#digest(key)].filter((part) => part !== '').join('-');
  }

  /** `default` stands for the digest where none of the files exists. */
  #digest(key: FileKey): string {
    const name = JSON.stringify([key.kind, key.files]);
    const known = this.#digests.get(name);
    if (known !== undefined) return known;
    const ids = key.kind === 'files' ? this.#blobIds(key) : this.#commitIds(key);
    if (ids === undefined) return 'default';
    const unique = [...new Set(ids)].toSorted();
    const digest = unique.length === 0 ? 'default' : sha1(unique.join('-'));
    this.#digests.set(name, digest);
    return digest;
  }

  #blobIds({ files }: FileKey): string[] {
    const paths = files.flatMap((file) =>
      file.includes('*') ? findByWildcard(file, this.#facts.files()) : [file],
    );
    return paths.flatMap((path) => {
      const content = this.#facts.readFile(path);
      return content === undefined ? [] : [blobId(content)];
    });
  }

  #commitIds({ files, at }: FileKey): string[] | undefined {
    const { lastCommitOf } = this.#facts;
    if (lastCommitOf !== undefined) return files.flatMap((file) => lastCommitOf(file) ?? []);
    const what = 'cache:key:files_commits asks for commits, and the history is not known here';
    this.#problems.add(at, what, 'write files instead: then the contents make the key');
    return undefined;
  }
}

function defaultPrefix({ kind, files }: FileKey, index: number): string {
  if (kind === 'files_commits') return String(index);
  return `${index}_${files.map((file) => file.split('.')[0] ?? '').join('_')}`;
}

/** Git's own name for a file's content. */
function blobId(content: string): string {
  const bytes = Buffer.from(content);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
