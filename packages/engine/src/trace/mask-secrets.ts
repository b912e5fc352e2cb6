import { ByteJoiner } from './byte-joiner.ts';
import { addRange, uniteRanges, type ByteRanges } from './byte-ranges.ts';
import type { ByteTransform } from './byte-transform.ts';
import { HeldBytes } from './held-bytes.ts';
import { MASK } from './mask.ts';
import { PatternSearch } from './pattern-search.ts';
import { PatternSet } from './pattern-set.ts';
import { secretForms, SHORTEST_FORM } from './secret-forms.ts';

const nothing = new Uint8Array();

/** The masked values of a job with all their forms, ready for any number of maskers. */
export interface CompiledSecrets {
  readonly patternSets: readonly PatternSet[];
}

/** Short values are searched apart, so that one of three letters does not slow the others' search. */
export function compileSecrets(values: Iterable<string>): CompiledSecrets {
  const forms = new Map<string, Uint8Array>();
  for (const value of values) {
    for (const form of secretForms(value)) forms.set(Buffer.from(form).toString('latin1'), form);
  }
  const all = [...forms.values()];
  const groups = [
    all.filter(({ length }) => length < SHORTEST_FORM),
    all.filter(({ length }) => length >= SHORTEST_FORM),
  ];
  const patternSets = groups
    .filter((group) => group.length > 0)
    .map((group) => new PatternSet(group));
  return { patternSets };
}

/**
 * Puts `[MASKED]` in place of every occurrence of a secret. Occurrences that share bytes become one
 * `[MASKED]`, so that no fragment of the one is left beside the other; occurrences that merely
 * touch become one each. Whatever could still grow into a secret is held back until it does or
 * cannot any more; at the end a mere beginning is no secret and is given out.
 */
export class SecretMasker implements ByteTransform {
  readonly #searches: readonly PatternSearch[];
  readonly #held = new HeldBytes();
  /** How much of the stream has been seen. Positions here and below count from its beginning. */
  #position = 0;
  /** Occurrences not written yet, since one that began earlier may still swallow them. */
  readonly #waiting: ByteRanges = [];
  /** Where the last mask that was written ends so far: what overlaps it belongs to it. */
  #maskedUntil = 0;

  constructor({ patternSets }: CompiledSecrets) {
    this.#searches = patternSets.map((set) => new PatternSearch(set));
  }

  get heldBytes(): number {
    return this.#searches.reduce((most, { depth }) => Math.max(most, depth), 0);
  }

  write(chunk: Uint8Array): Uint8Array {
    const found = this.#search(chunk);
    for (let i = 0; i < found.length; i += 2) {
      addRange(this.#waiting, this.#position + found[i]!, this.#position + found[i + 1]!);
    }
    return this.#emit(chunk, this.#position + chunk.length - this.heldBytes);
  }

  end(): Uint8Array {
    for (const search of this.#searches) search.reset();
    return this.#emit(nothing, this.#position);
  }

  #search(chunk: Uint8Array): ByteRanges {
    let all: ByteRanges = [];
    for (const search of this.#searches) {
      const found: ByteRanges = [];
      search.scan(chunk, (start, end) => addRange(found, start, end));
      all = uniteRanges(all, found);
    }
    return all;
  }

  /** Writes what is settled: occurrences to come begin at `settled` or later. */
  #emit(chunk: Uint8Array, settled: number): Uint8Array {
    const output = new ByteJoiner();
    let from = this.#position - this.#held.length;
    let written = 0;
    for (; written < this.#waiting.length; written += 2) {
      const start = this.#waiting[written]!;
      if (start > settled) break;
      if (start >= this.#maskedUntil) {
        this.#copy(output, chunk, from, start);
        output.push(MASK);
      }
      this.#maskedUntil = Math.max(this.#maskedUntil, this.#waiting[written + 1]!);
      from = Math.max(from, this.#maskedUntil);
    }
    this.#copy(output, chunk, from, settled);
    this.#keep(chunk, Math.max(from, settled));
    if (written > 0) this.#waiting.splice(0, written);
    this.#position += chunk.length;
    return output.join();
  }

  #copy(output: ByteJoiner, chunk: Uint8Array, from: number, to: number): void {
    const [start, end] = [from - this.#position, to - this.#position];
    if (start >= end) return;
    const held = this.#held.length;
    if (start < 0) output.push(this.#held.copy(start + held, Math.min(end, 0) + held));
    if (end > 0) output.push(chunk.subarray(Math.max(start, 0), end));
  }

  #keep(chunk: Uint8Array, from: number): void {
    const start = from - this.#position;
    this.#held.drop(start + this.#held.length);
    if (start < chunk.length) this.#held.append(chunk.subarray(Math.max(start, 0)));
  }
}
