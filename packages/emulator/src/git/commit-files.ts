import type { Repository } from './repository.ts';
import { runGit, runGitRaw } from './run-git.ts';

/** The files of one commit, without a checkout. */
export class CommitFiles {
  readonly #folder: string;
  readonly #sha: string;
  #paths: ReadonlySet<string> | undefined;

  constructor(repository: Repository, sha: string) {
    this.#folder = repository.path;
    this.#sha = sha;
  }

  list(): ReadonlySet<string> {
    this.#paths ??= new Set(
      runGitRaw(this.#folder, 'ls-tree', '-r', '-z', '--name-only', '--full-tree', this.#sha)
        .split('\0')
        .filter((path) => path !== ''),
    );
    return this.#paths;
  }

  read(path: string): string | undefined {
    return this.list().has(path)
      ? runGitRaw(this.#folder, 'show', `${this.#sha}:${path}`)
      : undefined;
  }

  /** The commit that changed a file last; undefined where there is no such file. */
  lastCommitOf(path: string): string | undefined {
    return runGit(this.#folder, 'log', '-1', '--format=%H', this.#sha, '--', path) || undefined;
  }
}
