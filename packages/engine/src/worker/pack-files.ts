import { mkdir, rm } from 'node:fs/promises';
import { join, posix } from 'node:path';

import { createPathMatcher, packToFile, type PackFile } from '@fellrunner/archive';
import type { ArtifactEntry, ArtifactFile, JobHandler, PackedArtifact } from '@fellrunner/core';

import type { JobCall } from '../pool/worker-message.ts';
import type { CallScopeOfJob } from './job-scope.ts';

/** Packs what a handler yields for one entry of the payload's artifacts; nothing where no path fits. */
export async function packFiles(
  call: JobCall,
  handler: JobHandler,
  scope: CallScopeOfJob,
): Promise<PackedArtifact | undefined> {
  const entry = scope.job.artifacts[Number(call.subject)];
  if (handler.artifacts === undefined || entry === undefined) return undefined;
  const picked = new Picked(entry);
  const files = picked.pick(
    handler.artifacts(Object.assign(scope.jobScope(), { outcome: call.outcome })),
  );
  await mkdir(call.folder, { recursive: true, mode: 0o700 });
  const file = join(call.folder, `artifact-${call.subject}`);
  const bytes = await packToFile(files, { file, format: entry.format });
  if (picked.paths.length === 0) {
    await rm(file);
    return undefined;
  }
  return {
    file,
    filename: filenameOf(entry, picked.paths, scope.job.variables.expand(entry.name)),
    bytes,
  };
}

/** Those of a handler's files that an entry asks for, and their names as they go by. */
class Picked {
  readonly paths: string[] = [];
  readonly #isWanted: (path: string) => boolean;

  constructor({ paths, exclude, untracked }: ArtifactEntry) {
    const matches = createPathMatcher(paths);
    const isExcluded = createPathMatcher(exclude);
    // Git tracks nothing that a handler yields, so `untracked` asks for all of it.
    this.#isWanted = (path) => (untracked || matches(path)) && !isExcluded(path);
  }

  async *pick(
    files: AsyncIterable<ArtifactFile> | Iterable<ArtifactFile>,
  ): AsyncGenerator<PackFile> {
    for await (const given of files) {
      const path = normalise(given.path);
      if (!this.#isWanted(path)) continue;
      this.paths.push(path);
      yield { kind: 'file', path, content: 'data' in given ? given.data : () => given.open() };
    }
  }
}

function normalise(path: string): string {
  const normal = posix.normalize(path);
  if (posix.isAbsolute(normal) || normal === '..' || normal.startsWith('../')) {
    throw new Error(`an artifact's path must lie in the project: ${path}`);
  }
  return normal;
}

/** As gitlab-runner names them: the entry's name, or `artifacts`; a raw file keeps its own. */
function filenameOf({ format }: ArtifactEntry, paths: readonly string[], name: string): string {
  const own = posix.basename(paths[0] ?? 'artifacts');
  switch (format) {
    case 'zip':
      return `${name || 'artifacts'}.zip`;
    case 'gzip':
      return `${name || own}.gz`;
    case 'raw':
      return name || own;
  }
}
