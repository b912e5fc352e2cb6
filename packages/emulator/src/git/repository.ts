import { copyFileSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readCommit, type CommitFacts } from './commit-facts.ts';
import { runGit, runGitAsync } from './run-git.ts';

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
  readonly servedPath: string;
  readonly defaultBranch: string;
  readonly objectFormat: string;
  /** Refs that are served and not in the repository itself, by name. */
  readonly #addedRefs = new Map<string, string>();
  #refreshes = 0;

  /** @throws where there is no git repository at the path. */
  constructor(path: string, servedPath: string) {
    this.path = resolve(path);
    this.servedPath = servedPath;
    this.objectFormat = objectFormatOf(this.path);
    this.defaultBranch = this.#adoptHead();
    this.#createServed();
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
    const text = [...(refs === '' ? [] : refs.split('\n')), ...added].join('\n');
    this.#refreshes += 1;
    const written = join(this.servedPath, `packed-refs.${this.#refreshes}`);
    writeFileSync(written, `${text}\n`);
    renameSync(written, join(this.servedPath, 'packed-refs'));
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

  #createServed(): void {
    const common = resolve(this.path, runGit(this.path, 'rev-parse', '--git-common-dir'));
    mkdirSync(join(this.servedPath, 'objects', 'info'), { recursive: true });
    mkdirSync(join(this.servedPath, 'refs'));
    writeFileSync(
      join(this.servedPath, 'objects', 'info', 'alternates'),
      `${join(common, 'objects')}\n`,
    );
    writeFileSync(join(this.servedPath, 'HEAD'), `ref: refs/heads/${this.defaultBranch}\n`);
    writeFileSync(join(this.servedPath, 'config'), configFor(this.objectFormat));
    const shallow = join(common, 'shallow');
    if (existsSync(shallow)) copyFileSync(shallow, join(this.servedPath, 'shallow'));
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

/** As Gitaly has it: any commit may be asked for, and partial clones are allowed. */
function configFor(objectFormat: string): string {
  const format =
    objectFormat === 'sha1'
      ? ['[core]', 'repositoryformatversion = 0', 'bare = true']
      : [
          '[core]',
          'repositoryformatversion = 1',
          'bare = true',
          '[extensions]',
          `objectFormat = ${objectFormat}`,
        ];
  const uploads = ['[uploadpack]', 'allowAnySHA1InWant = true', 'allowFilter = true'];
  return [...format, ...uploads, '[http]', 'receivepack = false', ''].join('\n');
}
