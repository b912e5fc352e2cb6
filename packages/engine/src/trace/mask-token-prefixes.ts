import { ByteJoiner } from './byte-joiner.ts';
import type { ByteTransform } from './byte-transform.ts';
import { MASK } from './mask.ts';
import { PatternSearch } from './pattern-search.ts';
import { PatternSet } from './pattern-set.ts';

/** What GitLab's own tokens begin with; a server may name more in a job's features. */
const gitlabPrefixes: readonly string[] = [
  'glpat-',
  'gloas-',
  'gldt-',
  'glrt-',
  'glcbt-',
  'glrtr-',
  'glptt-',
  'glft-',
  'glimt-',
  'glagent-',
  'glsoat-',
  'glffct-',
  '_gitlab_session=',
  'gltok-',
];
const nothing = new Uint8Array();

const tokenBytes = new Uint8Array(256);
for (const byte of Buffer.from(
  'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._=',
)) {
  tokenBytes[byte] = 1;
}

/** What a server names is the same for all of its jobs. */
let latest: { readonly names: string; readonly patterns: PatternSet } | undefined;

/** The prefixes to look for, ready for any number of maskers. */
export function compileTokenPrefixes(more: Iterable<string>): PatternSet {
  const prefixes = new Set([...gitlabPrefixes, ...more].map((prefix) => prefix.trim()));
  prefixes.delete('');
  const names = [...prefixes].join('\0');
  if (latest?.names !== names) {
    const bytes = [...prefixes].map((prefix) => Buffer.from(prefix, 'utf8'));
    latest = { names, patterns: new PatternSet(bytes) };
  }
  return latest.patterns;
}

/**
 * Leaves a token's prefix and puts `[MASKED]` in place of what follows it, as far as it can belong
 * to a token. A prefix within a token begins a token too, so that one with a byte that tokens do
 * not have (`mytoken:`) is heeded everywhere.
 */
export class TokenPrefixMasker implements ByteTransform {
  readonly #search: PatternSearch;
  #inToken = false;
  #masked = false;

  constructor(prefixes: PatternSet) {
    this.#search = new PatternSearch(prefixes);
  }

  get heldBytes(): number {
    return Math.max(this.#search.depth, this.#inToken ? 1 : 0);
  }

  write(chunk: Uint8Array): Uint8Array {
    const ends: number[] = [];
    this.#search.scan(chunk, (_start, end) => ends.push(end));
    if (ends.length === 0 && !this.#inToken) return chunk;
    const output = new ByteJoiner();
    let from = 0;
    for (const end of ends) {
      this.#emit(output, chunk.subarray(from, end));
      if (!this.#inToken) this.#masked = false;
      this.#inToken = true;
      from = end;
    }
    this.#emit(output, chunk.subarray(from));
    return output.join();
  }

  end(): Uint8Array {
    this.#search.reset();
    this.#inToken = false;
    return nothing;
  }

  #emit(output: ByteJoiner, bytes: Uint8Array): void {
    const tokenEnd = this.#inToken ? endOfToken(bytes) : 0;
    if (tokenEnd > 0 && !this.#masked) {
      output.push(MASK);
      this.#masked = true;
    }
    if (tokenEnd === bytes.length) return;
    this.#inToken = false;
    output.push(bytes.subarray(tokenEnd));
  }
}

function endOfToken(bytes: Uint8Array): number {
  let end = 0;
  while (end < bytes.length && tokenBytes[bytes[end]!] === 1) end++;
  return end;
}
