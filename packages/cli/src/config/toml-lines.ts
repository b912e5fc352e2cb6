/** Where a value is in a parsed document: keys, and the index in an array of tables. */
export type TomlPath = readonly (string | number)[];

/**
 * The line, from 1, on which a TOML document sets a value, or the nearest table around it. The
 * parser does not say; this reads headers and keys only, which is all that messages need.
 */
export function lineOf(document: string, path: TomlPath): number | undefined {
  const reader = new KeyReader();
  let best: { readonly line: number; readonly depth: number } | undefined;
  for (const [index, text] of document.split('\n').entries()) {
    const found = reader.read(text);
    if (found === undefined || found.length <= (best?.depth ?? 0)) continue;
    const leads = found.every((part, depth) => part === path[depth]);
    if (leads) best = { line: index + 1, depth: found.length };
  }
  return best?.line;
}

/** Follows a document line by line, and says which value each line sets. */
class KeyReader {
  readonly #arrays = new Map<string, number>();
  #table: TomlPath = [];
  #openQuote: string | undefined;

  read(text: string): TomlPath | undefined {
    if (this.#openQuote !== undefined) {
      if (text.includes(this.#openQuote)) this.#openQuote = undefined;
      return undefined;
    }
    const header = /^\s*(\[\[?)\s*([^\]]+?)\s*\]/.exec(text);
    if (header !== null) {
      const keys = splitKey(header[2] ?? '');
      this.#table = header[1] === '[[' ? this.#nextOf(keys) : this.#resolve(keys);
      return this.#table;
    }
    const [, key] =
      /^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"))*)\s*=/.exec(text) ?? [];
    this.#noteOpenQuote(text);
    return key === undefined ? undefined : [...this.#table, ...splitKey(key)];
  }

  #nextOf(keys: readonly string[]): TomlPath {
    const name = keys.join('.');
    const index = (this.#arrays.get(name) ?? -1) + 1;
    this.#arrays.set(name, index);
    return [...this.#resolve(keys.slice(0, -1)), ...keys.slice(-1), index];
  }

  /** A table inside an array of tables belongs to the last of them. */
  #resolve(keys: readonly string[]): TomlPath {
    return keys.flatMap((key, depth) => {
      const index = this.#arrays.get(keys.slice(0, depth + 1).join('.'));
      return index === undefined ? [key] : [key, index];
    });
  }

  #noteOpenQuote(text: string): void {
    for (const quote of ['"""', "'''"]) {
      if (text.split(quote).length === 2) this.#openQuote = quote;
    }
  }
}

function splitKey(key: string): string[] {
  return key.split('.').map((part) => part.trim().replace(/^(["'])(.*)\1$/, '$2'));
}
