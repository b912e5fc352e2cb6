import { resolve } from 'node:path';
import type { TempFolder } from '../storage/temp-folder.ts';
import type { Pipeline } from '../world/pipeline.ts';
import { InitialRepository } from './initial-repository.ts';
import { Repository } from './repository.ts';

/** The repositories that are served, each opened once. */
export class Repositories {
  readonly #folder: TempFolder;
  readonly #byPath = new Map<string, Repository>();
  #initial: InitialRepository | undefined;

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

  /** What a pipeline's jobs fetch from; where they named nothing, it is made at the first look. */
  ofPipeline({ id, source }: Pipeline): Repository | InitialRepository {
    if (source.repository !== undefined) return source.repository;
    this.#initial ??= new InitialRepository(`${this.#folder.newPath('repository')}.git`);
    this.#initial.add(`refs/pipelines/${id}`);
    this.#initial.add(`refs/${source.tag ? 'tags' : 'heads'}/${source.ref}`);
    return this.#initial;
  }
}
