import type { Dirent } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { toProjectPattern } from '../glob/project-pattern.ts';
import {
  canContinue,
  enterFolder,
  fileHits,
  folderHits,
  parseTreeGlobs,
  startPosition,
  type TreeGlob,
  type TreePosition,
} from '../glob/tree-glob.ts';
import { decodePath } from '../path-name.ts';
import type { FileCollector } from './file-collector.ts';

/** Adds what one entry of `paths` picks, with everything below a folder that it names. */
export async function findByPattern(files: FileCollector, pattern: string): Promise<void> {
  if (pattern === '') return files.note({ kind: 'empty-pattern' });
  const relative = toProjectPattern(pattern, files.root);
  if (relative === undefined) return files.note({ kind: 'outside-pattern', pattern, role: 'path' });
  const globs = parseTreeGlobs(relative);
  if (globs === undefined) return files.note({ kind: 'invalid-pattern', pattern });
  let count = 0;
  for (const glob of globs) count += await findBelow(files, glob);
  files.note(count > 0 ? { kind: 'found', pattern, count } : { kind: 'nothing-found', pattern });
}

/** Wildcards never follow links; the literal beginning does, as long as it stays in the project. */
async function findBelow(files: FileCollector, glob: TreeGlob): Promise<number> {
  const { base } = glob;
  try {
    const isFolder = (await stat(files.locate(base))).isDirectory();
    const isLiteral = glob.sequences.every((sequence) => sequence.length === 0);
    if (!isFolder && !isLiteral) return 0;
    if (!(await files.isInside(isLiteral ? posix.dirname(base) : base))) {
      files.note({ kind: 'outside-path', path: base });
      return 0;
    }
    const walk = new PatternWalk(files, glob);
    await walk.start();
    return walk.found;
  } catch (error) {
    files.noteUnreadable(base, error);
    return 0;
  }
}

/** How many files of a folder are looked at side by side. */
const besideEachOther = 32;

class PatternWalk {
  readonly #files: FileCollector;
  readonly #glob: TreeGlob;
  found = 0;

  constructor(files: FileCollector, glob: TreeGlob) {
    this.#files = files;
    this.#glob = glob;
  }

  async start(): Promise<void> {
    const { base } = this.#glob;
    const position = startPosition(this.#glob);
    const hits = folderHits(position);
    if (hits > 0) this.found += await this.#files.add(base, hits);
    const isLink = (await lstat(this.#files.locate(base))).isSymbolicLink();
    // A link that is named takes nothing below it: that would be a walk through a link.
    await this.#walkFolder(base, position, isLink ? 0 : hits);
  }

  /** `taken` is how often this folder has been picked, by itself or with a folder above. */
  async #walkFolder(folder: string, position: TreePosition, taken: number): Promise<void> {
    if (taken === 0 && !canContinue(position)) return;
    const children = await this.#list(folder);
    for (let at = 0; at < children.length; at += besideEachOther) {
      const some = children.slice(at, at + besideEachOther);
      const counts = await Promise.all(
        some.map((child) => this.#visit(child, folder, position, taken)),
      );
      this.found += counts.reduce((sum, count) => sum + count, 0);
    }
    for (const child of children) {
      if (!child.isFolder) continue;
      const inside = enterFolder(this.#glob, position, child.name);
      await this.#walkFolder(pathIn(folder, child.name), inside, taken + folderHits(inside));
    }
  }

  async #visit(
    child: Child,
    folder: string,
    position: TreePosition,
    taken: number,
  ): Promise<number> {
    const hits = child.isFolder
      ? folderHits(enterFolder(this.#glob, position, child.name))
      : fileHits(this.#glob, position, child.name);
    const times = taken + hits;
    return times > 0 ? this.#files.add(pathIn(folder, child.name), times) : 0;
  }

  async #list(folder: string): Promise<readonly Child[]> {
    try {
      const where = this.#files.locate(folder);
      return (await readdir(where, { encoding: 'buffer', withFileTypes: true })).map(toChild);
    } catch (error) {
      this.#files.noteUnreadable(folder, error);
      return [];
    }
  }
}

interface Child {
  readonly name: string;
  readonly isFolder: boolean;
}

function toChild(entry: Dirent<Buffer>): Child {
  return { name: decodePath(entry.name), isFolder: entry.isDirectory() };
}

function pathIn(folder: string, name: string): string {
  return folder === '.' ? name : `${folder}/${name}`;
}
