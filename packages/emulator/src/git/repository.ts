import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readCommit, type CommitFacts } from './commit-facts.ts';
import { runGit, runGitAsync } from './run-git.ts';
import { ServedRepository } from './served-repository.ts';

export interface ResolvedRef {
  readonly ref: string;
  readonly tag: boolean;
  readonly commit: CommitFacts;
}

const BRANCHES = 'refs/heads/';
const REF_FORMAT = '--format=%(objectname) %(refname)';

/**
 * Somebody's repository on this disk, which is never written to. What is served is a bare one
 * beside it: it borrows the objects, and has the refs of pipelines on top, which runners fetch.
 */
export class Repository {
  readonly path: string;
  readonly served: ServedRepository;
  readonly defaultBranch: string;
  readonly objectFormat: string;
  /** Refs that are served and not in the repository itself, by name. */
  readonly #addedRefs = new Map<string, string>();

  /** @throws where there is no git repository at the path. */
  constructor(path: string, servedPath: string) {
    this.path = resolve(path);
    this.objectFormat = objectFormatOf(this.path);
    this.defaultBranch = this.#adoptHead();
    this.served = this.#createServed(servedPath);
  }

  /** Finds a branch or tag; without a name, the default branch. */
  resolve(name: string | undefined, tag: boolean | undefined): ResolvedRef {
    const ref = name ?? this.defaultBranch;
    const kinds = tag === undefined ? [false, true] : [tag];
    for (const isTag of kinds) {
      const full = `${isTag ? 'refs/tags/' : BRANCHES}${ref}`;
      const commit = this.#addedRefs.get(full) ?? (this.#has(full) ? full : undefined);
      if (commit !== undefined) return { ref, tag: isTag, commit: readCommit(this.path, commit) };
    }
    throw new Error(`There is no ${tag === true ? 'tag' : 'branch'} ${ref} in ${this.path}.`);
  }

  /** Keeps a pipeline's commit reachable as `refs/pipelines/ID`, as GitLab does while it runs. */
  addPipelineRef(pipelineId: number, sha: string): void {
    this.#addedRefs.set(`refs/pipelines/${pipelineId}`, sha);
  }

  /** Brings the served refs up to date. */
  async refresh(): Promise<void> {
    const refs = await runGitAsync(this.path, 'for-each-ref', REF_FORMAT);
    const added = [...this.#addedRefs].map(([name, sha]) => `${sha} ${name}`);
    this.served.writeRefs([...(refs === '' ? [] : refs.split('\n')), ...added]);
  }

  /** GitLab's repositories always have a default branch; a detached HEAD is served as `main`. */
  #adoptHead(): string {
    const head = headOf(this.path);
    if (head.startsWith(BRANCHES)) return head.slice(BRANCHES.length);
    const main = `${BRANCHES}main`;
    if (!this.#has(main)) this.#addedRefs.set(main, runGit(this.path, 'rev-parse', 'HEAD'));
    return 'main';
  }

  #has(ref: string): boolean {
    return runGit(this.path, 'for-each-ref', '--count=1', '--format=%(refname)', ref) === ref;
  }

  #createServed(path: string): ServedRepository {
    const served = new ServedRepository(path, this);
    const common = resolve(this.path, runGit(this.path, 'rev-parse', '--git-common-dir'));
    writeFileSync(join(path, 'objects', 'info', 'alternates'), `${join(common, 'objects')}\n`);
    const shallow = join(common, 'shallow');
    if (existsSync(shallow)) copyFileSync(shallow, join(path, 'shallow'));
    return served;
  }
}

function objectFormatOf(path: string): string {
  try {
    return runGit(path, 'rev-parse', '--show-object-format');
  } catch (cause) {
    const problem = existsSync(path) ? 'is no git repository' : 'does not exist';
    throw new Error(`${path} ${problem}; name the folder of one.`, { cause });
  }
}

function headOf(path: string): string {
  try {
    return runGit(path, 'rev-parse', '--symbolic-full-name', 'HEAD');
  } catch (cause) {
    throw new Error(`${path} has no commit at its HEAD; make one first.`, { cause });
  }
}
