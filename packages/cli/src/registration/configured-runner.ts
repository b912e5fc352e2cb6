import { dirname } from 'node:path';

import { RunnerError, type Secret, type TlsFiles } from '@fellrunner/core';

import type { ConfigDocument, RawEntry } from '../config/config-document.ts';
import { configError } from '../config/config-error.ts';
import { readDocument } from '../config/edit-config-file.ts';
import { toTlsFiles } from '../config/tls-entry.ts';
import { urlProblem } from '../option-values.ts';
import { checkToken } from '../run/runner-token.ts';

/** A runner as a `config.toml` names it, whatever does its jobs. */
export interface ConfiguredRunner {
  readonly name: string;
  readonly url: string;
  readonly token: Secret;
  /** As it stands in the file. */
  readonly entry: RawEntry;
  readonly id: number | undefined;
  readonly executor: string;
  readonly tls: TlsFiles;
}

/**
 * Reads the entries of a file without judging what matters to those alone who run them.
 *
 * @throws RunnerError `CONFIG_INVALID`, naming file, line and key.
 */
export function readConfiguredRunners(file: string, env: NodeJS.ProcessEnv): ConfiguredRunner[] {
  const document = readDocument(file);
  if (document.text !== '') {
    return document.runners.map((_, index) => new EntryReader(document, index, env).read());
  }
  const message = `The configuration ${file} does not exist, or is empty; fellrunner register makes one.`;
  throw new RunnerError('CONFIG_INVALID', message);
}

class EntryReader {
  readonly #document: ConfigDocument;
  readonly #index: number;
  readonly #env: NodeJS.ProcessEnv;
  readonly #entry: RawEntry;

  constructor(document: ConfigDocument, index: number, env: NodeJS.ProcessEnv) {
    this.#document = document;
    this.#index = index;
    this.#env = env;
    this.#entry = document.runners[index] ?? {};
  }

  read(): ConfiguredRunner {
    const name = this.#text('name') ?? `runner-${this.#index + 1}`;
    const url = this.#expand('url', this.#needed('url'));
    const problem = urlProblem(url);
    if (problem !== undefined) throw this.#fail('url', `url ${problem}`);
    const written = this.#text('token') ?? '$FELLRUNNER_TOKEN';
    const token = checkToken(this.#expand('token', written), `the runner "${name}"`);
    const { id } = this.#entry;
    return {
      name,
      url,
      token,
      entry: this.#entry,
      id: typeof id === 'number' ? id : undefined,
      executor: this.#text('executor') ?? '',
      tls: this.#tls(url),
    };
  }

  #tls(url: string): TlsFiles {
    const keys = ['tls-ca-file', 'tls-cert-file', 'tls-key-file'] as const;
    const named = keys.flatMap((key) => {
      const value = this.#text(key);
      return value === undefined ? [] : [[key, value] as const];
    });
    return toTlsFiles(Object.fromEntries(named), dirname(this.#document.source.file), url);
  }

  /** An empty text is gitlab-runner's way to write "not set". */
  #text(key: string): string | undefined {
    const value = this.#entry[key];
    if (value === undefined || value === '') return undefined;
    if (typeof value === 'string') return value;
    throw this.#fail(key, `${key}: expected string`);
  }

  #needed(key: string): string {
    const value = this.#text(key);
    if (value === undefined) throw this.#fail(key, `${key} is missing`);
    return value;
  }

  /** Variables as gitlab-runner takes them. */
  #expand(key: string, text: string): string {
    return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, bare?: string) => {
      const variable = braced ?? bare ?? '';
      const value = this.#env[variable];
      if (value !== undefined) return value;
      throw this.#fail(key, `${key}: the variable ${variable} is not set`);
    });
  }

  #fail(key: string, what: string): RunnerError {
    return configError(this.#document.source, ['runners', this.#index, key], what);
  }
}
