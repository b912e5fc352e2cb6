import { createHash } from 'node:crypto';
import { join, posix } from 'node:path';

/** A cache's key as the log shows it, and where its archive is. */
export interface CacheKey {
  readonly shown: string;
  /** The absolute path of `cache.zip`. */
  readonly file: string;
}

/** What came of a key that a job asks for. */
export interface KeyReading {
  /** Undefined where nothing is left of the key that could name a folder. */
  readonly key: CacheKey | undefined;
  /** What the log has to say about it. */
  readonly warning: string | undefined;
}

export interface ReadCacheKey {
  /** With the variables' values in it. */
  readonly key: string;
  /** The project's cache folder. */
  readonly folder: string;
  /** `FF_HASH_CACHE_KEYS`. */
  readonly isHashed: boolean;
}

/** Turns a key into a place below the project's cache folder, the one that gitlab-runner uses. */
export function readCacheKey({ folder, isHashed, key }: ReadCacheKey): KeyReading {
  const shown = isHashed ? key : sanitizeKey(key);
  if (shown === '') {
    const warning = key === '' ? undefined : `cache key "${key}" could not be sanitized`;
    return { key: undefined, warning };
  }
  const name = isHashed ? createHash('sha256').update(key).digest('hex') : shown;
  const warning = shown === key ? undefined : `cache key "${key}" sanitized to "${shown}"`;
  return { key: { shown, file: join(folder, name, 'cache.zip') }, warning };
}

/** Decodes what would be a separator or a dot later on, and resolves `..` within the folder. */
export function sanitizeKey(key: string): string {
  const decoded = key
    .replaceAll(/%2f/gi, '/')
    .replaceAll(/%2e/gi, '.')
    .replaceAll('\\', '/')
    .replaceAll('\0', '');
  const segments = posix.normalize(`/${decoded}`).split('/').filter(Boolean);
  // A name that ends in white space means another folder on some systems.
  while (segments.length > 0) {
    const last = (segments.pop() ?? '').trimEnd();
    if (last !== '' && last !== '.' && last !== '..') return [...segments, last].join('/');
  }
  return '';
}

/** The key of a cache that does not name one. */
export function defaultKey(job: { readonly name: string; readonly ref: string }): string {
  return posix.join('/', job.name, job.ref).slice(1);
}
