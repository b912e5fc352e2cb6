import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import {
  JobFailed,
  messageOf,
  type Dependency,
  type Job,
  type StageContext,
} from '@fellrunner/core';

import { inSection } from '../log/in-section.ts';
import { helperLine, noticeLine } from '../log/log-text.ts';
import { withAttempts } from '../shell/attempts.ts';
import type { JobPlan } from '../shell/job-plan.ts';
import { unpackIntoProject } from './unpack-into-project.ts';

/** The ids of the jobs whose artifacts a job gets; those that left none are passed over. */
export function artifactsWanted(job: Job): ReadonlySet<number> {
  return new Set(
    job.dependencies.filter(({ artifact }) => artifact !== undefined).map(({ id }) => id),
  );
}

/** Unpacks the artifacts of earlier jobs into the project's folder, in GitLab's order. */
export async function downloadArtifacts(ctx: StageContext, plan: JobPlan): Promise<void> {
  const wanted = artifactsWanted(plan.job);
  if (wanted.size === 0) return;
  const { config, settings } = plan;
  const attempts = { times: settings.artifactDownloadAttempts, delayMs: config.retryDelayMs };
  try {
    await withAttempts(ctx, attempts, () =>
      inSection(ctx, 'download_artifacts', async () => {
        for (const dependency of ctx.dependencies) {
          if (wanted.has(dependency.id)) await download(ctx, plan, dependency);
        }
      }),
    );
  } catch (error) {
    if (ctx.signal.aborted || error instanceof JobFailed) throw error;
    throw failed(error);
  }
}

async function download(ctx: StageContext, plan: JobPlan, dependency: Dependency): Promise<void> {
  const { id, name } = dependency;
  await ctx.log.write(noticeLine(`Downloading artifacts for ${name} (${id})...`));
  const say = (level: 'info' | 'error', how: string): Promise<void> =>
    ctx.log.write(helperLine(level, `Downloading artifacts from coordinator... ${how}`, { id }));
  const file = await fetchArchive(ctx, dependency).catch(async (error: unknown) => {
    if (!ctx.signal.aborted) await say('error', messageOf(error));
    throw error;
  });
  if (file === undefined) {
    await say('error', 'not found');
    throw missing(`the artifacts of ${name} (${id}) are not found`);
  }
  await say('info', 'ok');
  try {
    await unpackIntoProject(plan, file, ctx.signal);
  } catch (error) {
    if (!ctx.signal.aborted) await ctx.log.write(helperLine('fatal', messageOf(error)));
    throw error;
  }
}

/** The archive as a file: the engine's own where it has one, else a copy. */
async function fetchArchive(
  ctx: StageContext,
  dependency: Dependency,
): Promise<string | undefined> {
  if (dependency.archive !== undefined) return dependency.archive();
  const archive = await dependency.open();
  if (archive === undefined) return undefined;
  const file = join(ctx.folder, `dependency-${dependency.id}.zip`);
  await rm(file, { force: true });
  await pipeline(archive, createWriteStream(file, { mode: 0o600 }), { signal: ctx.signal });
  return file;
}

/** Gitlab-runner's helper program, which downloads there, ends with 1 whatever the trouble was. */
function failed(cause: unknown): JobFailed {
  const step = 'download_artifacts';
  const message = messageOf(cause);
  return new JobFailed({ reason: 'step-failed', step, message, exitCode: 1 }, { cause });
}

function missing(message: string): JobFailed {
  return new JobFailed({ reason: 'dependency-missing', message });
}
