import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { openZip, type Selection } from '@fellrunner/archive';
import { JobFailed, messageOf, type CacheEntry, type StageContext } from '@fellrunner/core';

import { selectProjectFiles } from '../artifacts/select-project-files.ts';
import { writeArchive } from '../artifacts/write-archive.ts';
import { inSection } from '../log/in-section.ts';
import { cautionLine, helperLine, noticeLine } from '../log/log-text.ts';
import type { JobPlan } from '../shell/job-plan.ts';
import type { CacheKey } from './cache-key.ts';
import { allows, cachesOf, keyOf } from './job-caches.ts';

/** Packs what the job wants to have cached; a cache that cannot be made fails nothing. */
export async function archiveCache(ctx: StageContext, plan: JobPlan): Promise<void> {
  const hasSucceeded = ctx.jobStatus === 'success';
  const unwanted = hasSucceeded ? 'on_failure' : 'on_success';
  const caches = cachesOf(plan.job).filter(({ when }) => when !== unwanted);
  if (caches.length === 0) return;
  const section = hasSucceeded ? 'archive_cache' : 'archive_cache_on_failure';
  await inSection(ctx, section, async () => {
    for (const cache of caches) await archiveOne(ctx, plan, cache);
  });
}

async function archiveOne(ctx: StageContext, plan: JobPlan, cache: CacheEntry): Promise<void> {
  const { key, warning } = keyOf(plan, cache.key);
  if (warning !== undefined) await ctx.log.write(cautionLine(warning));
  if (key === undefined) {
    return ctx.log.write(noticeLine('Skipping cache archiving due to empty cache key'));
  }
  if (!mayPush(plan, cache)) {
    return ctx.log.write(noticeLine(`Not uploading cache ${key.shown} due to policy`));
  }
  await ctx.log.write(noticeLine(`Creating cache ${key.shown}...`));
  try {
    await create(ctx, plan, { cache, key });
  } catch (error) {
    if (ctx.signal.aborted) throw error;
    const why = helperLine('fatal', messageOf(error));
    return ctx.log.write(why + cautionLine('Failed to create cache'));
  }
  await ctx.log.write(noticeLine('Created cache'));
}

function mayPush(plan: JobPlan, cache: CacheEntry): boolean {
  try {
    return allows(plan, cache, 'push');
  } catch (error) {
    const message = messageOf(error);
    throw new JobFailed({ reason: 'stage-failed', stage: 'archive_cache', message });
  }
}

interface Creation {
  readonly cache: CacheEntry;
  readonly key: CacheKey;
}

async function create(ctx: StageContext, plan: JobPlan, { cache, key }: Creation): Promise<void> {
  const { paths, untracked } = cache;
  const { stage } = ctx;
  const selection = await selectProjectFiles(ctx, plan, {
    purpose: 'cache',
    paths,
    untracked,
    stage,
  });
  if (selection.entries.length === 0) return;
  if (await isUpToDate(key.file, selection)) {
    return ctx.log.write(helperLine('info', 'Archive is up to date!'));
  }
  await replace(ctx, plan, { key, selection });
  const local =
    'No URL provided, cache will not be uploaded to shared cache server. ' +
    'Cache will be stored only locally.';
  await ctx.log.write(helperLine('info', local));
}

/** Whoever reads the cache meanwhile has the old archive or the new one, never a part. */
async function replace(
  ctx: StageContext,
  { running }: JobPlan,
  { key, selection }: { readonly key: CacheKey; readonly selection: Selection },
): Promise<void> {
  const folder = dirname(key.file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `archive_${randomUUID()}`);
  const level = running.variables.value('CACHE_COMPRESSION_LEVEL');
  try {
    await writeArchive(ctx, { entries: selection.entries, format: 'zip', level, file });
    await rename(file, key.file);
  } finally {
    await rm(file, { force: true });
  }
  await writeFile(join(folder, 'metadata.json'), JSON.stringify({ cachekey: key.shown }));
}

/** The same names, and nothing that is younger than the archive. */
async function isUpToDate(file: string, { entries }: Selection): Promise<boolean> {
  const packedAt = await stat(file).then(
    ({ mtime }) => mtime,
    () => undefined,
  );
  if (packedAt === undefined) return false;
  if (entries.some(({ modifiedAt }) => modifiedAt > packedAt)) return false;
  try {
    await using archive = await openZip(file);
    const packed = new Set(archive.entries.map(({ path }) => path));
    return packed.size === entries.length && entries.every(({ path }) => packed.has(path));
  } catch {
    // An archive that cannot be read is to be replaced.
    return false;
  }
}
