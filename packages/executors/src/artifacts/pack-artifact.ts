import { readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';

import type { PackEntry, Selection } from '@fellrunner/archive';
import type { ArtifactEntry, ExecutorScope, PackContext, PackedArtifact } from '@fellrunner/core';

import { noticeLine } from '../log/log-text.ts';
import { sectionEnd, sectionOf, sectionStart } from '../log/section.ts';
import { readOr } from '../process/process-identity.ts';
import type { JobPlan } from '../shell/job-plan.ts';
import { provenanceFile } from './provenance-file.ts';
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
  const name = variables.expand(entry.name);
  const entries = await entriesFor(ctx, plan, { format, name, selection });
  const bytes = await writeArchive(ctx, { entries, format, level, file });
  return { file, filename: artifactFilename(name, format), bytes };
}

/** What was selected, and in a zip what says where it is from, where the job wants that. */
async function entriesFor(
  ctx: PackContext,
  plan: JobPlan,
  wanted: {
    readonly format: ArtifactEntry['format'];
    readonly name: string;
    readonly selection: Selection;
  },
): Promise<readonly PackEntry[]> {
  const { entries } = wanted.selection;
  if (!plan.settings.generateMetadata || wanted.format !== 'zip') return entries;
  const path = `${baseName(wanted.name)}-metadata.json`;
  // A file of the project that has its name makes way for it, as there.
  const others = entries.filter((entry) => entry.path !== path);
  const selection = { ...wanted.selection, entries: others };
  return [...others, await provenanceFile(ctx, plan, { path, selection })];
}

/** The name that GitLab shows, from what the job calls its artifact. */
export function artifactFilename(name: string, format: ArtifactEntry['format']): string {
  const usable = baseName(name);
  switch (format) {
    case 'zip':
      return `${usable}.zip`;
    case 'gzip':
      return `${usable}.gz`;
    case 'raw':
      return usable;
  }
}

function baseName(name: string): string {
  const base = name === '' ? 'artifacts' : posix.basename(name.trimEnd());
  return base === '' || base === '.' || base === '..' ? 'default' : base;
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
