export type IdKind =
  'artifact' | 'group' | 'job' | 'manager' | 'pipeline' | 'project' | 'runner' | 'token' | 'user';

/** Counts ids up from 1, each kind for itself; survives a reset, so that no id is given twice. */
export class Ids {
  readonly #last = new Map<IdKind, number>();

  next(kind: IdKind): number {
    const id = (this.#last.get(kind) ?? 0) + 1;
    this.#last.set(kind, id);
    return id;
  }

  /** Keeps an id that somebody chose out of what `next` gives. */
  reserve(kind: IdKind, id: number): void {
    this.#last.set(kind, Math.max(id, this.#last.get(kind) ?? 0));
  }
}
