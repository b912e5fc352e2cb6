import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { isFolder, isMissing, removeBelow } from '../shell/folders.ts';

/** What a git that was killed leaves behind, and the next one stumbles over. */
const LOCKS = [
  'index.lock',
  'shallow.lock',
  'HEAD.lock',
  'FETCH_HEAD.lock',
  'ORIG_HEAD.lock',
  'config.lock',
  'packed-refs.lock',
  'gc.pid',
  'objects/maintenance.lock',
  'objects/info/commit-graph.lock',
  'objects/info/commit-graphs/commit-graph-chain.lock',
];

/** What makes the next job's git run programs, or look elsewhere, as an earlier job wished. */
const BEQUESTS = [
  'config',
  'config.worktree',
  'hooks',
  'commondir',
  'info/attributes',
  'info/grafts',
];

/**
 * Takes out of a repository what an earlier job left there on purpose or by its end. Its objects,
 * refs and files stay: they are what makes the next fetch quick.
 */
export async function cleanRepository(gitFolder: string): Promise<void> {
  for (const path of [...LOCKS, ...BEQUESTS]) await removeBelow(gitFolder, path);
  await removeSparseCheckout(gitFolder);
  await removeRefLocks(gitFolder);
}

/** Does the same for the repositories of submodules. */
export async function cleanModules(folder: string): Promise<void> {
  if (!(await isFolder(folder))) return;
  const names = new Set(await readdir(folder));
  if (names.has('HEAD') && names.has('objects')) {
    await cleanRepository(folder);
    return cleanModules(join(folder, 'modules'));
  }
  for (const name of names) await cleanModules(join(folder, name));
}

/** The index marks the files that were left out, and only a new one gets them back. */
async function removeSparseCheckout(gitFolder: string): Promise<void> {
  if (!(await exists(join(gitFolder, 'info/sparse-checkout')))) return;
  await removeBelow(gitFolder, 'info/sparse-checkout');
  await removeBelow(gitFolder, 'index');
}

async function removeRefLocks(gitFolder: string): Promise<void> {
  const refs = join(gitFolder, 'refs');
  if (!(await isFolder(refs))) return;
  const names = await readdir(refs, { recursive: true });
  for (const name of names.filter((it) => it.endsWith('.lock'))) {
    await rm(join(refs, name), { force: true });
  }
}

/** The filter of a partial clone; undefined where the repository has all its objects. */
export async function partialCloneFilter(
  gitFolder: string,
  fetchFlags: readonly string[],
): Promise<string | undefined> {
  const asked = fetchFlags.find((flag) => flag.startsWith('--filter='));
  const packs = await readdir(join(gitFolder, 'objects/pack')).catch(noneIfMissing);
  if (!packs.some((name) => name.endsWith('.promisor'))) return undefined;
  return asked?.slice('--filter='.length) ?? 'blob:none';
}

function noneIfMissing(error: unknown): readonly string[] {
  if (isMissing(error)) return [];
  throw error;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );
}
