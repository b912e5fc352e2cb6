import { randomUUID } from 'node:crypto';
import { join, posix } from 'node:path';

import { packToFile, type PackFile } from '@fellrunner/archive';
import { RunnerError, type ArtifactEntry, type ArtifactFile } from '@fellrunner/core';

import { deliverArtifact, type ArtifactDelivery, type ArtifactEnd } from '../artifact-delivery.ts';

export interface FilesDelivery extends Pick<
  ArtifactDelivery,
  'acceptance' | 'client' | 'clock' | 'job' | 'signal'
> {
  readonly files: AsyncIterable<ArtifactFile> | Iterable<ArtifactFile>;
  readonly entry: Partial<Pick<ArtifactEntry, 'name' | 'type' | 'format' | 'expireIn'>>;
  /** Where the packed artifact lies until GitLab has it. */
  readonly folder: string;
}

/** Packs the files into one artifact and brings it to GitLab. */
export async function deliverFiles({
  files,
  entry: { name = '', type = 'archive', format = formatOf(type), expireIn },
  folder,
  ...delivery
}: FilesDelivery): Promise<ArtifactEnd> {
  const file = join(folder, `artifact-${randomUUID()}`);
  let first: string | undefined;
  const noted = (path: string): void => {
    first ??= path;
  };
  const bytes = await packToFile(toPackFiles(files, noted), { file, format });
  return deliverArtifact({
    ...delivery,
    entry: { type, format, expireIn },
    packed: { file, filename: filenameOf(format, name, first), bytes },
    onTrouble: () => undefined,
  });
}

/** Why GitLab has not taken an artifact. */
export function notTaken(end: Exclude<ArtifactEnd, { kind: 'uploaded' }>): RunnerError {
  const why = end.kind === 'gone' ? (end.jobStatus ?? 'no word on the job') : end.message;
  return new RunnerError(
    'GITLAB_UNEXPECTED',
    `GitLab does not take the artifact (${end.status}): ${why}.`,
  );
}

async function* toPackFiles(
  files: FilesDelivery['files'],
  noted: (path: string) => void,
): AsyncGenerator<PackFile> {
  for await (const given of files) {
    const path = posix.normalize(given.path);
    noted(path);
    yield { kind: 'file', path, content: 'data' in given ? given.data : () => given.open() };
  }
}

function formatOf(type: string): ArtifactEntry['format'] {
  return type === 'archive' ? 'zip' : 'gzip';
}

/** GitLab shows an artifact by this name; a report's is that of its file. */
function filenameOf(format: ArtifactEntry['format'], name: string, first = 'artifacts'): string {
  switch (format) {
    case 'zip':
      return `${name || 'artifacts'}.zip`;
    case 'gzip':
      return `${name || posix.basename(first)}.gz`;
    case 'raw':
      return name || posix.basename(first);
  }
}
