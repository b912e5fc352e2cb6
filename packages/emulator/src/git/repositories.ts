import { resolve } from 'node:path';
import type { TempFolder } from '../storage/temp-folder.ts';
import { Repository } from './repository.ts';

/** The repositories that are served, each opened once. */
export class Repositories {
  readonly #folder: TempFolder;
  readonly #byPath = new Map<string, Repository>();

  constructor(folder: TempFolder) {
    this.#folder = folder;
  }

  /** @throws where there is no git repository at the path. */
  open(path: string): Repository {
    const absolute = resolve(path);
    let repository = this.#byPath.get(absolute);
    if (repository === undefined) {
      repository = new Repository(absolute, `${this.#folder.newPath('repository')}.git`);
      this.#byPath.set(absolute, repository);
    }
    return repository;
  }
}
