import { PipelineRefused } from './pipeline-refused.ts';
import type { PipelineNote, PipelineProblem, Place } from './pipeline-refused.ts';

/** Collects what is wrong with a configuration while all of it is read. */
export class Problems {
  readonly #problems = new Map<string, PipelineProblem>();
  readonly #notes = new Map<string, PipelineNote>();
  #incomplete = false;

  add({ file, line, column }: Place, what: string, wayOut: string): void {
    // A mistake in a template shows in every job that extends it, and is still one mistake.
    const key = JSON.stringify([file, line, column, wayOut]);
    if (!this.#problems.has(key)) this.#problems.set(key, { file, line, column, what, wayOut });
  }

  /**
   * Adds that a name leads nowhere, unless part of the configuration could not be read: the name
   * may be defined there.
   */
  addMissing(at: Place, what: string, wayOut: string): void {
    if (!this.#incomplete) this.add(at, what, wayOut);
  }

  /** Tells whether something has been found wrong at just this place. */
  hasAt({ file, line, column }: Place): boolean {
    return [...this.#problems.values()].some(
      (problem) => problem.file === file && problem.line === line && problem.column === column,
    );
  }

  note({ file, line, column }: Place, what: string): void {
    const key = JSON.stringify([file, line, column]);
    if (!this.#notes.has(key)) this.#notes.set(key, { file, line, column, what });
  }

  /** Says that a file could not be read, so that what it defines is unknown. */
  markIncomplete(): void {
    this.#incomplete = true;
  }

  /** @throws PipelineRefused */
  throwIfAny(): void {
    if (this.#problems.size > 0) throw new PipelineRefused(inFileOrder(this.#problems.values()));
  }

  get notes(): readonly PipelineNote[] {
    return inFileOrder(this.#notes.values());
  }
}

function inFileOrder<T extends Place>(places: Iterable<T>): T[] {
  const all = [...places];
  const files = [...new Set(all.map(({ file }) => file))];
  return all.toSorted(
    (a, b) =>
      files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}
