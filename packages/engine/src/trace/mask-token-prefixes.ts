import { ByteJoiner } from './byte-joiner.ts';
import type { ByteTransform } from './byte-transform.ts';
import { CommonStart } from './common-start.ts';
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

/** All of GitLab's own tokens but a session's begin so; few words in a log have it. */
const GITLAB_START = 'gl';

/** What a server names is the same for all of its jobs. */
let latest: { readonly names: string; readonly patterns: readonly PatternSet[] } | undefined;

/** The prefixes to look for, ready for any number of maskers. */
export function compileTokenPrefixes(more: Iterable<string>): readonly PatternSet[] {
  const prefixes = new Set([...gitlabPrefixes, ...more].map((prefix) => prefix.trim()));
  prefixes.delete('');
  const names = [...prefixes].join('\0');
  if (latest?.names !== names) {
    latest = { names, patterns: toPatternSets([...prefixes]) };
  }
  return latest.patterns;
}

/** Apart from each other, since the shortest of a set decides how fast it is searched. */
function toPatternSets(prefixes: readonly string[]): readonly PatternSet[] {
  const toBytes = (prefix: string) => Buffer.from(prefix, 'utf8');
  const [first, ...more] = prefixes.filter((it) => it.startsWith(GITLAB_START)).map(toBytes);
  const others = prefixes.filter((it) => !it.startsWith(GITLAB_START)).map(toBytes);
  return [
    ...(others.length > 0 ? [new PatternSet(others)] : []),
    ...(first ? [new PatternSet([first, ...more], new CommonStart([first, ...more]))] : []),
  ];
}

/**
 * Leaves a token's prefix and puts `[MASKED]` in place of what follows it, as far as it can belong
 * to a token. A prefix within a token begins a token too, so that one with a byte that tokens do
 * not have (`mytoken:`) is heeded everywhere.
 */
export class TokenPrefixMasker implements ByteTransform {
  readonly #searches: readonly PatternSearch[];
  #inToken = false;
  #masked = false;

  constructor(prefixes: readonly PatternSet[]) {
    this.#searches = prefixes.map((set) => new PatternSearch(set));
  }

  get heldBytes(): number {
    const least = this.#inToken ? 1 : 0;
    return this.#searches.reduce((most, { depth }) => Math.max(most, depth), least);
  }

  write(chunk: Uint8Array): Uint8Array {
    const ends = this.#endsOfPrefixes(chunk);
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
    for (const search of this.#searches) search.reset();
    this.#inToken = false;
    return nothing;
  }

  #endsOfPrefixes(chunk: Uint8Array): readonly number[] {
    const ends: number[] = [];
    for (const search of this.#searches) search.scan(chunk, (_start, end) => ends.push(end));
    return ends.toSorted((a, b) => a - b);
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
