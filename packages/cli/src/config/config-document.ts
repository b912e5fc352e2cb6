import { isDeepStrictEqual } from 'node:util';

import type { RunnerError } from '@fellrunner/core';
import { parse, stringify } from 'smol-toml';

import { configError, syntaxError, type ConfigSource } from './config-error.ts';
import { readTomlBlocks, type TomlBlock } from './toml-blocks.ts';

/** Values of a `[[runners]]` entry, by gitlab-runner's keys. */
export type EntryValues = Readonly<Record<string, string | number | boolean | Date | string[]>>;

/** A `[[runners]]` entry as it stands in the file, values unchecked. */
export type RawEntry = Readonly<Record<string, unknown>>;

/**
 * A `config.toml` to be changed as a person would: what is not meant stays as it was typed,
 * comments and order included. Each change gives a new document, and is checked by parsing it.
 */
export class ConfigDocument {
  readonly source: ConfigSource;
  readonly #content: Readonly<Record<string, unknown>>;

  /** @throws RunnerError `CONFIG_INVALID` */
  constructor(source: ConfigSource) {
    this.source = source;
    try {
      this.#content = parse(source.text);
    } catch (error) {
      throw syntaxError(source, error);
    }
  }

  get text(): string {
    return this.source.text;
  }

  /** In the file's order; their index is what the changes ask for. */
  get runners(): readonly RawEntry[] {
    const { runners } = this.#content;
    return Array.isArray(runners) ? (runners as RawEntry[]) : [];
  }

  /** Where an entry stands that was read before, unless it has changed since. */
  indexesOf(entry: RawEntry): number[] {
    return [...this.runners.keys()].filter((index) => isSame(this.runners[index], entry));
  }

  /** Changes an entry's values, or adds them behind its others. */
  withValues(index: number, values: EntryValues): ConfigDocument {
    let { text } = this;
    for (const [key, value] of Object.entries(values)) {
      const [block] = blocksOf(text, index);
      if (block === undefined) throw this.#notChangeable();
      text = withValue(text, block, key, value);
    }
    const runners = this.runners.map((it, at) => (at === index ? { ...it, ...values } : it));
    return this.#changedTo(text, runners);
  }

  /** Adds an entry behind all others; a new file gets gitlab-runner's `concurrent = 1` before it. */
  withRunner(values: EntryValues): ConfigDocument {
    const { file } = this.source;
    if (this.text === '') {
      return new ConfigDocument({ file, text: 'concurrent = 1\n' }).withRunner(values);
    }
    const lines = toLines(values);
    const entry = ['[[runners]]', ...lines.map((line) => `  ${line}`)].join('\n');
    const text = `${this.text.replace(/\n*$/, '\n\n')}${entry}\n`;
    return this.#changedTo(text, [...this.runners, values]);
  }

  /** Takes entries away, with the tables inside of them and the comments right above. */
  withoutRunners(indexes: readonly number[]): ConfigDocument {
    const gone = indexes.flatMap((index) => blocksOf(this.text, index));
    const kept = readTomlBlocks(this.text).filter(
      ({ start }) => !gone.some((block) => block.start === start),
    );
    const text = kept.map(({ start, end }) => this.text.slice(start, end)).join('');
    const runners = this.runners.filter((_, index) => !indexes.includes(index));
    return this.#changedTo(text.replace(/\n{2,}$/, '\n'), runners);
  }

  #changedTo(text: string, runners: readonly RawEntry[]): ConfigDocument {
    const { file } = this.source;
    const changed = tryParse({ file, text });
    const meant = { ...this.#content, runners };
    if (changed === undefined || !isSame({ runners: [], ...changed.#content }, meant)) {
      throw this.#notChangeable();
    }
    return changed;
  }

  #notChangeable(): RunnerError {
    const what = 'the runners are not written as [[runners]], and are left as they are';
    return configError(this.source, ['runners'], `${what}; change them by hand`);
  }
}

/** An entry's `[[runners]]` first, then the tables inside of it, which may stand elsewhere. */
function blocksOf(text: string, index: number): TomlBlock[] {
  let current = -1;
  return readTomlBlocks(text).filter(({ isItem, path }) => {
    if (path[0] !== 'runners') return false;
    if (isItem && path.length === 1) current += 1;
    return current === index;
  });
}

/** In whichever order the keys are, and whichever class a date has. */
function isSame(one: unknown, other: unknown): boolean {
  const plain = (it: unknown): unknown => JSON.parse(JSON.stringify(it));
  return isDeepStrictEqual(plain(one), plain(other));
}

/** A line a value; instants to the second, as gitlab-runner writes them. */
function toLines(values: Readonly<Record<string, unknown>>): string[] {
  const lines = stringify(values).trimEnd().split('\n');
  return lines.map((line) => line.replace(/( = [\d-]+T[\d:]+)\.000Z$/, '$1Z'));
}

function tryParse(source: ConfigSource): ConfigDocument | undefined {
  try {
    return new ConfigDocument(source);
  } catch {
    return undefined;
  }
}

function withValue(
  text: string,
  { entries, headEnd }: TomlBlock,
  key: string,
  value: EntryValues[string],
): string {
  const [line = ''] = toLines({ [key]: value });
  const found = entries.find((entry) => entry.key.length === 1 && entry.key[0] === key);
  if (found !== undefined) {
    const shown = line.slice(line.indexOf('=') + 1).trim();
    return text.slice(0, found.valueStart) + shown + text.slice(found.valueEnd);
  }
  const last = entries.at(-1);
  const at = last?.end ?? headEnd;
  const indent = last === undefined ? '  ' : /^\s*/.exec(text.slice(last.start))?.[0];
  const before = text.slice(0, at).replace(/([^\n])$/, '$1\n');
  return `${before}${indent}${line}\n${text.slice(at)}`;
}
