import { watch } from 'node:fs';

/**
 * Calls back when a file changes, as soon as the kernel tells; the result ends it. Where it does
 * not tell (too many watches, an odd file system) there is silence, so callers look by themselves
 * from time to time too.
 */
export function watchFile(path: string, onChange: () => void): () => void {
  try {
    const watcher = watch(path, { persistent: false }, onChange);
    watcher.on('error', () => watcher.close());
    return () => watcher.close();
  } catch {
    return () => undefined;
  }
}
