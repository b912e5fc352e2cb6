import { randomUUID } from 'node:crypto';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { hashFiles, type FileHash, type PackFile, type Selection } from '@fellrunner/archive';
import type { PackContext } from '@fellrunner/core';

import { helperLine } from '../log/log-text.ts';
import { isMissing } from '../shell/folders.ts';
import type { JobPlan } from '../shell/job-plan.ts';
import { provenanceOf } from './provenance.ts';

/**
 * Makes the file for an archive that says where the others are from. It is kept in the job's
 * folder: an archive that is packed again after a restart has to have the same bytes.
 */
export async function provenanceFile(
  ctx: PackContext,
  plan: JobPlan,
  { path, selection }: { readonly path: string; readonly selection: Selection },
): Promise<PackFile> {
  await ctx.log.write(helperLine('info', 'Generating artifacts statement'));
  const kept = join(ctx.folder, `provenance-${ctx.entry}.json`);
  const modifiedAt = await stat(kept).then(
    ({ mtime }) => mtime,
    async (error: unknown) => {
      if (!isMissing(error)) throw error;
      await write(ctx, plan, { kept, selection });
      return (await stat(kept)).mtime;
    },
  );
  return { kind: 'file', path, mode: 0o644, modifiedAt, content: await readFile(kept) };
}

async function write(
  { signal }: PackContext,
  plan: JobPlan,
  { kept, selection }: { readonly kept: string; readonly selection: Selection },
): Promise<void> {
  const files: FileHash[] = [];
  for await (const file of hashFiles(selection.entries, { signal })) files.push(file);
  const text = JSON.stringify(provenanceOf(plan, files, new Date()), null, 1);
  const written = `${kept}.${randomUUID()}`;
  await writeFile(written, text, { mode: 0o600 });
  await rename(written, kept);
}
