import { realpath } from 'node:fs/promises';
import { FileCollector } from './file-collector.ts';
import { findByPattern } from './find-by-pattern.ts';
import type { Selection } from './selection.ts';

/** What a job says about an artifact's or a cache's files. */
export interface SelectOptions {
  /** The project folder, absolute; nothing outside it is ever selected. */
  readonly root: string;
  readonly paths: readonly string[];
  readonly exclude?: readonly string[];
  /** Lists git's untracked files (`git ls-files -o -z`, decoded by `decodePath`), where asked for. */
  readonly untracked?: () => Promise<readonly string[]>;
  readonly signal?: AbortSignal;
}

/**
 * Picks what gitlab-runner's archiver would pick of the same tree, except files outside the
 * project: it reaches them through a linked folder, this does not.
 */
export async function selectFiles(options: SelectOptions): Promise<Selection> {
  const { root, paths, exclude = [], signal } = options;
  const files = new FileCollector(root, await realpath(root), exclude);
  for (const pattern of paths) {
    signal?.throwIfAborted();
    await findByPattern(files, pattern);
  }
  if (options.untracked !== undefined) await addUntracked(files, options.untracked);
  signal?.throwIfAborted();
  return files.finish();
}

async function addUntracked(
  files: FileCollector,
  list: () => Promise<readonly string[]>,
): Promise<void> {
  let paths: readonly string[];
  try {
    paths = await list();
  } catch (error) {
    files.note({
      kind: 'untracked-failed',
      reason: error instanceof Error ? error.message : String(error),
    });
    return;
  }
  let count = 0;
  for (const path of paths) {
    if (await files.addNamed(path)) count++;
  }
  files.note({ kind: 'untracked-found', count });
}
