import { readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';

import type { ArtifactEntry, ExecutorScope, PackContext, PackedArtifact } from '@fellrunner/core';

import { noticeLine } from '../log/log-text.ts';
import { sectionEnd, sectionOf, sectionStart } from '../log/section.ts';
import { readOr } from '../process/process-identity.ts';
import type { JobPlan } from '../shell/job-plan.ts';
import { selectProjectFiles } from './select-project-files.ts';
import { writeArchive } from './write-archive.ts';

/** Packs one entry of the payload's `artifacts`; undefined where there is nothing to upload. */
export async function packArtifact(
  ctx: PackContext,
  plan: JobPlan,
): Promise<PackedArtifact | undefined> {
  const entry = plan.job.artifacts[ctx.entry];
  if (entry === undefined || (entry.paths.length === 0 && !entry.untracked)) return undefined;
  await openUploadSection(ctx);
  await ctx.log.write(noticeLine('Uploading artifacts...'));
  const { exclude, format, paths, untracked } = entry;
  const selection = await selectProjectFiles(ctx, plan, {
    purpose: 'artifacts',
    paths,
    exclude,
    untracked,
    stage: 'upload_artifacts',
  });
  if (selection.entries.length === 0) return undefined;
  const { variables } = plan.running;
  const file = join(ctx.folder, `artifact-${ctx.entry}`);
  const level = variables.value('ARTIFACT_COMPRESSION_LEVEL');
  const bytes = await writeArchive(ctx, { selection, format, level, file });
  return { file, filename: artifactFilename(variables.expand(entry.name), format), bytes };
}

/** The name that GitLab shows, from what the job calls its artifact. */
export function artifactFilename(name: string, format: ArtifactEntry['format']): string {
  const base = name === '' ? 'artifacts' : posix.basename(name.trimEnd());
  const usable = base === '' || base === '.' || base === '..' ? 'default' : base;
  switch (format) {
    case 'zip':
      return `${usable}.zip`;
    case 'gzip':
      return `${usable}.gz`;
    case 'raw':
      return usable;
  }
}

/**
 * The uploads share one section, though the engine packs and sends them one by one. The entry that
 * has begun it begins it again after a restart: the engine passes over what is in the log already.
 */
async function openUploadSection(ctx: PackContext): Promise<void> {
  const begun = readNote(ctx);
  if (begun !== undefined && begun.entry !== ctx.entry) return;
  const how = ctx.jobStatus === 'success' ? 'success' : 'failure';
  const section = sectionOf(`upload_artifacts_on_${how}`, ctx.job.features.traceSections);
  writeFileSync(noteOf(ctx), `${section.name} ${ctx.entry}`, { mode: 0o600 });
  await ctx.log.write(sectionStart(section, Date.now()));
}

/** The end of the uploads' section; empty where none has begun. */
export function uploadSectionEnd(ctx: ExecutorScope): string {
  const begun = readNote(ctx);
  if (begun === undefined) return '';
  return sectionEnd(sectionOf(begun.name, ctx.job.features.traceSections), Date.now());
}

function readNote(ctx: ExecutorScope): { name: string; entry: number } | undefined {
  const [name, entry] = readOr('', () => readFileSync(noteOf(ctx), 'utf8')).split(' ');
  return name ? { name, entry: Number(entry) } : undefined;
}

/** Which section has begun outlives the runner with the job's folder. */
function noteOf({ folder }: ExecutorScope): string {
  return join(folder, 'upload-section');
}
