import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

import { isArchiveError, openZip, type ZipEntry } from '@fellrunner/archive';
import type { EmulatedArtifact, EmulatedJob } from '@fellrunner/emulator';

import { normaliseLog, type Surroundings } from './normalise-log.ts';
import type { JobOutcome } from './outcome.ts';

/** What GitLab has of a job that has ended. */
export async function readJob(job: EmulatedJob, where: Surroundings): Promise<JobOutcome> {
  const words = [job.status, job.failureReason, job.exitCode, job.allowFailure && 'allowed'];
  const artifacts: string[] = [];
  for (const artifact of job.artifacts) artifacts.push(...(await readArtifact(artifact)));
  return {
    result: words.filter((word) => word !== undefined && word !== false).join(' '),
    artifacts,
    log: normaliseLog(job.trace, where),
  };
}

async function readArtifact(artifact: EmulatedArtifact): Promise<readonly string[]> {
  const { file_format: format, file_type: type, filename } = artifact;
  const bytes = await artifact.read();
  const files =
    format === 'zip'
      ? await listZip(bytes)
      : [format === 'gzip' ? show(gunzipSync(bytes)) : show(bytes)];
  return [`${type} ${format} ${filename}`, ...files.map((file) => `  ${file}`)];
}

/** Each file of an archive, in the order of their names; folders are in none of the two's promises. */
async function listZip(bytes: Buffer): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fellrunner-beside-zip-'));
  const file = join(folder, 'archive.zip');
  writeFileSync(file, bytes);
  try {
    await using zip = await openZip(file);
    const lines = await Promise.all(
      zip.entries.map(async (entry) =>
        entry.kind === 'folder'
          ? nameLine(entry)
          : `${nameLine(entry)} ${show(await buffer(zip.open(entry.path)))}`,
      ),
    );
    return lines.toSorted();
  } catch (error) {
    if (!isArchiveError(error)) throw error;
    return [`refused: ${error.code}`];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function nameLine({ kind, mode, path }: ZipEntry): string {
  return `${path} ${kind} ${mode.toString(8)}`;
}

const LONGEST_SHOWN = 60;

function show(content: Buffer): string {
  if (content.length <= LONGEST_SHOWN) return JSON.stringify(content.toString());
  return `${content.length} bytes, sha256 ${createHash('sha256').update(content).digest('hex')}`;
}

/** The archives that are in a cache folder, by their place there. */
export async function readCaches(folder: string): Promise<readonly string[]> {
  if (!existsSync(folder)) return [];
  const lines: string[] = [];
  for (const file of globSync('**/cache.zip', { cwd: folder }).toSorted()) {
    const listed = await listZip(readFileSync(join(folder, file)));
    lines.push(relative('', file), ...listed.map((line) => `  ${line}`));
  }
  return lines;
}
