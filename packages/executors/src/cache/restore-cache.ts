import { relative, resolve } from 'node:path';

import { JobFailed, messageOf, type CacheEntry, type StageContext } from '@fellrunner/core';

import { inSection } from '../log/in-section.ts';
import { cautionLine, helperLine, noticeLine } from '../log/log-text.ts';
import { withAttempts } from '../shell/attempts.ts';
import { isMissing, removeBelow } from '../shell/folders.ts';
import type { JobPlan } from '../shell/job-plan.ts';
import { unpackIntoProject } from '../artifacts/unpack-into-project.ts';
import type { CacheKey } from './cache-key.ts';
import { allows, cachesOf, candidatesOf } from './job-caches.ts';

/** Unpacks the job's caches into the project's folder; one that cannot be had fails nothing. */
export async function restoreCache(ctx: StageContext, plan: JobPlan): Promise<void> {
  const { config, job, settings } = plan;
  const caches = cachesOf(job);
  if (caches.length === 0) return;
  const attempts = { times: settings.restoreCacheAttempts, delayMs: config.retryDelayMs };
  try {
    await withAttempts(ctx, attempts, () =>
      inSection(ctx, 'restore_cache', async () => {
        for (const cache of caches) await restore(ctx, plan, cache);
      }),
    );
  } catch (error) {
    if (ctx.signal.aborted) throw error;
    const message = messageOf(error);
    throw new JobFailed({ reason: 'stage-failed', stage: 'restore_cache', message });
  }
}

async function restore(ctx: StageContext, plan: JobPlan, cache: CacheEntry): Promise<void> {
  const { keys, warnings } = candidatesOf(plan, cache);
  await ctx.log.write(warnings);
  const [first] = keys;
  if (first === undefined) {
    return ctx.log.write(noticeLine('Skipping cache extraction due to empty cache key'));
  }
  if (!allows(plan, cache, 'pull')) {
    return ctx.log.write(noticeLine(`Not downloading cache ${first.shown} due to policy`));
  }
  for (const key of keys) {
    await ctx.log.write(announcement(key));
    if (await extract(ctx, plan, { cache, key })) return;
  }
}

const LOCAL_ONLY =
  'No URL provided, cache will not be downloaded from shared cache server. ' +
  'Instead a local version of cache will be extracted.';

function announcement(key: CacheKey): string {
  return noticeLine(`Checking cache for ${key.shown}...`) + helperLine('info', LOCAL_ONLY);
}

interface Extraction {
  readonly cache: CacheEntry;
  readonly key: CacheKey;
}

async function extract(
  ctx: StageContext,
  plan: JobPlan,
  { cache, key }: Extraction,
): Promise<boolean> {
  try {
    await unpackIntoProject(plan, key.file, ctx.signal);
  } catch (error) {
    if (ctx.signal.aborted) throw error;
    const isThere = !(error instanceof Error && isMissing(error.cause));
    const why = isThere
      ? helperLine('fatal', messageOf(error))
      : helperLine('warning', 'Cache file does not exist');
    await ctx.log.write(why + cautionLine('Failed to extract cache'));
    if (plan.settings.cleanUpFailedExtract) await removePaths(ctx, plan, cache);
    return false;
  }
  await ctx.log.write(noticeLine('Successfully extracted cache'));
  return true;
}

/** `FF_CLEAN_UP_FAILED_CACHE_EXTRACT`: half a cache may be worse than none. */
async function removePaths(ctx: StageContext, plan: JobPlan, cache: CacheEntry): Promise<void> {
  for (const path of cache.paths.map((it) => plan.running.variables.expand(it))) {
    const below = relative(plan.workplace.project, resolve(plan.workplace.project, path));
    if (below === '' || below.startsWith('..')) continue;
    await ctx.log.write(`Removing ${path}\n`);
    await removeBelow(plan.workplace.project, below);
  }
}
