import {
  packToFile,
  parseCompressionLevel,
  type CompressionLevel,
  type PackEntry,
  type PackNote,
} from '@fellrunner/archive';
import type { ArtifactEntry, ExecutorScope } from '@fellrunner/core';

import { helperLine } from '../log/log-text.ts';

export interface WriteArchive {
  readonly entries: readonly PackEntry[];
  readonly format: ArtifactEntry['format'];
  /** One of gitlab-runner's words for a level, or anything else. */
  readonly level: string;
  /** A new file, 0600. */
  readonly file: string;
}

/** Packs files, says in the log what was odd about them, and returns the archive's size in bytes. */
export async function writeArchive(ctx: ExecutorScope, options: WriteArchive): Promise<number> {
  const level = await readLevel(ctx, options.level);
  const notes: PackNote[] = [];
  const onNote = (note: PackNote): void => void notes.push(note);
  const { entries, file, format } = options;
  const packing = { file, format, level, onNote, signal: ctx.signal };
  const size = await packToFile(entries, packing);
  await ctx.log.write(notes.map((note) => helperLine('warning', describe(note))).join(''));
  return size;
}

async function readLevel(ctx: ExecutorScope, name: string): Promise<CompressionLevel> {
  const level = parseCompressionLevel(name);
  if (level !== undefined) return level;
  const text = `compression level "${name}" is invalid, falling back to default`;
  await ctx.log.write(helperLine('warning', text));
  return 'default';
}

function describe({ kind, path }: PackNote): string {
  switch (kind) {
    case 'vanished':
      return `${path}: the file vanished while it was packed`;
    case 'changed':
      return `${path}: the file changed while it was packed`;
    case 'moved-outside':
      return `${path}: not supported: outside build directory`;
  }
}
