import type { Stats } from 'node:fs';
import { lstat, readlink, realpath } from 'node:fs/promises';
import { posix } from 'node:path';
import { errnoOf } from '../archive-error.ts';
import { parseGlob } from '../glob/glob.ts';
import { toProjectPattern } from '../glob/project-pattern.ts';
import { comparePaths, decodePath, parentPaths, toFilePath } from '../path-name.ts';
import type { SelectedEntry, Selection, SelectionNote } from './selection.ts';

interface ExcludeRule {
  readonly pattern: string;
  readonly matches: (path: string) => boolean;
  count: number;
}

/** Gathers entries and notes while patterns are walked; each path is in the archive once. */
export class FileCollector {
  readonly #root: string;
  readonly #realRoot: string;
  readonly #rules: readonly ExcludeRule[];
  /** Special files are counted as gitlab-runner counts them, but are no entries. */
  readonly #entries = new Map<string, SelectedEntry | 'ignored'>();
  readonly #notes: SelectionNote[] = [];

  constructor(root: string, realRoot: string, exclude: readonly string[]) {
    this.#root = root;
    this.#realRoot = realRoot;
    this.#rules = exclude.map((pattern) => this.#parseRule(pattern));
  }

  get root(): string {
    return this.#root;
  }

  note(note: SelectionNote): void {
    this.#notes.push(note);
  }

  /** Notes what could not be looked at; what is simply gone is not worth a word. */
  noteUnreadable(path: string, error: unknown): void {
    const reason = errnoOf(error);
    if (reason === undefined) throw error;
    if (!isGone(reason)) this.note({ kind: 'unreadable', path, reason });
  }

  /** Where a path of the project is on disk. */
  locate(path: string): string | Buffer {
    return toFilePath(this.#realRoot, path);
  }

  /** Whether a folder, with all links followed, is still in the project. */
  async isInside(folder: string): Promise<boolean> {
    const real = decodePath(await realpath(this.locate(folder), 'buffer'));
    return real === this.#realRoot || real.startsWith(posix.join(this.#realRoot, '/'));
  }

  /**
   * Adds a path unless it is excluded or gone. gitlab-runner meets a path once for each match
   * above it and counts it each time: `times` is how often, and the answer is the count.
   */
  async add(path: string, times: number): Promise<number> {
    const rule = this.#rules.find(({ matches }) => matches(path));
    if (rule !== undefined) {
      rule.count += times;
      return 0;
    }
    if (this.#entries.has(path)) return times;
    const entry = await this.#look(path);
    if (entry === undefined) return 0;
    this.#entries.set(path, entry);
    return times;
  }

  /** Adds a path that somebody else found, after checking that it lies in the project. */
  async addNamed(name: string): Promise<boolean> {
    const path = posix.relative(this.#root, posix.resolve(this.#root, name)) || '.';
    const parent = posix.dirname(path);
    try {
      if (path.startsWith('../') || path === '..' || !(await this.isInside(parent))) {
        this.note({ kind: 'outside-path', path: name });
        return false;
      }
    } catch (error) {
      this.noteUnreadable(name, error);
      return false;
    }
    return (await this.add(path, 1)) > 0;
  }

  finish(): Selection {
    const excluded = this.#rules
      .filter(({ count }) => count > 0)
      .map(({ pattern, count }) => ({ kind: 'excluded', pattern, count }) as const);
    return {
      root: this.#root,
      entries: this.#sortedEntries(),
      notes: [...this.#notes, ...excluded],
    };
  }

  #sortedEntries(): SelectedEntry[] {
    const entries = [...this.#entries.values()].filter((entry) => entry !== 'ignored');
    // A pattern such as `current/*` may have taken files through a link: there the archive has
    // a folder of that name, since no archive can hold both a link and files below it.
    const folders = new Set(entries.flatMap(({ path }) => parentPaths(path)));
    return entries
      .filter(({ kind, path }) => path !== '.' && !(kind === 'link' && folders.has(path)))
      .toSorted((a, b) => comparePaths(a.path, b.path));
  }

  async #look(path: string): Promise<SelectedEntry | 'ignored' | undefined> {
    try {
      return await this.#toEntry(path, await lstat(this.locate(path)));
    } catch (error) {
      this.noteUnreadable(path, error);
      return undefined;
    }
  }

  async #toEntry(path: string, stats: Stats): Promise<SelectedEntry | 'ignored'> {
    const mode = stats.mode & 0o7777;
    const modifiedAt = stats.mtime;
    if (stats.isDirectory()) return { kind: 'folder', path, mode, modifiedAt };
    if (stats.isSymbolicLink()) {
      const target = decodePath(await readlink(this.locate(path), 'buffer'));
      return { kind: 'link', path, modifiedAt, target };
    }
    if (!stats.isFile()) {
      this.note({ kind: 'special-file', path });
      return 'ignored';
    }
    const { size, dev: device, ino: inode } = stats;
    return {
      kind: 'file',
      path,
      mode,
      modifiedAt,
      content: { root: this.#realRoot, size, device, inode },
    };
  }

  #parseRule(pattern: string): ExcludeRule {
    const relative = toProjectPattern(pattern, this.#root);
    if (relative === undefined) this.note({ kind: 'outside-pattern', pattern, role: 'exclude' });
    const glob = relative === undefined ? undefined : parseGlob(relative);
    return { pattern, matches: (path) => glob?.matches(path) ?? false, count: 0 };
  }
}

/** Files may vanish at any time, and a link may lead nowhere or in a circle. */
function isGone(errno: string): boolean {
  return errno === 'ENOENT' || errno === 'ENOTDIR' || errno === 'ELOOP';
}
