import { readFileSync } from 'node:fs';
import type { Artifact } from '../world/artifact.ts';
import { gzipFiles } from './gzip-files.ts';
import { zipFiles } from './zip-files.ts';

/** What an artifact holds, by path; a file is unpacked when it is asked for. */
export type ArtifactFiles = ReadonlyMap<string, () => Buffer>;

/** Opens an artifact as GitLab got it; a raw one is a single file with the name of the upload. */
export function openArtifact({ path, fileFormat, filename }: Artifact): ArtifactFiles {
  const bytes = readFileSync(path);
  switch (fileFormat) {
    case 'zip':
      return zipFiles(bytes);
    case 'gzip':
      return gzipFiles(bytes);
    default:
      return new Map([[filename, () => bytes]]);
  }
}

/** @throws where it is not in the artifact, naming what is. */
export function artifactFile(artifact: Artifact, path: string): Buffer {
  const files = openArtifact(artifact);
  const read = files.get(path);
  if (read !== undefined) return read();
  const names = [...files.keys()].join(', ') || 'nothing';
  throw new Error(`There is no ${path} in the ${artifact.fileType}; it has ${names}.`);
}
