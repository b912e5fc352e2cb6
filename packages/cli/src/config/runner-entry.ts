import { resolve } from 'node:path';

import type { RunnerError, Secret } from '@fellrunner/core';

import { urlProblem } from '../option-values.ts';
import type { RunnerSetup, TokenPlace, Work } from '../run/runner-setup.ts';
import { checkToken } from '../run/runner-token.ts';
import { configError, type ConfigSource } from './config-error.ts';
import type { WireRunner } from './config-schema.ts';
import { toShellOptions } from './shell-entry.ts';
import { toTlsFiles } from './tls-entry.ts';

/** What surrounds a `[[runners]]` entry. */
export interface EntrySurroundings {
  readonly source: ConfigSource;
  /** Relative paths count from here. */
  readonly folder: string;
  readonly concurrent: number;
  readonly checkIntervalMs: number | undefined;
  /** Who runs shell jobs. */
  readonly user: string | undefined;
  /** Of all runners; an entry's own go before them. */
  readonly labels: Readonly<Record<string, string>>;
  /** The token of entries that name none. */
  readonly token: Secret | undefined;
  /** Where caches go that no entry places. */
  readonly workFolder: string;
  /** The same for builds. */
  readonly buildsDir: string;
  readonly env: NodeJS.ProcessEnv;
}

/** An entry read, or why it is left out. */
export type RunnerEntry =
  | { readonly kind: 'runner'; readonly setup: RunnerSetup }
  | { readonly kind: 'left-out'; readonly why: string };

interface Entry extends EntrySurroundings {
  readonly runner: WireRunner;
  readonly name: string;
  readonly index: number;
}

/** @throws RunnerError `CONFIG_INVALID`, naming file, line and key. */
export function readRunner(
  runner: WireRunner,
  index: number,
  surroundings: EntrySurroundings,
): RunnerEntry {
  const name = runner.name ?? `runner-${index + 1}`;
  const entry: Entry = { ...surroundings, runner, name, index };
  const work = readWork(entry);
  if (work === undefined) {
    const why = `the runner "${name}" is left out: its executor "${runner.executor}" is none of shell, handler`;
    return { kind: 'left-out', why };
  }
  const { limit = 0, output_limit, request_concurrency = 0 } = runner;
  const url = readUrl(entry);
  const setup: RunnerSetup = {
    name,
    work,
    url,
    token: readToken(entry),
    // As in gitlab-runner, 0 means that there is no limit of its own.
    limit: limit === 0 ? surroundings.concurrent : limit,
    outputLimitBytes: output_limit === undefined ? undefined : output_limit * 1024,
    requestConcurrency: request_concurrency === 0 ? undefined : request_concurrency,
    checkIntervalMs: surroundings.checkIntervalMs,
    info: readInfo(entry),
    tls: toTlsFiles(runner, entry.folder, url),
    tokenPlace: placeOfToken(entry),
  };
  return { kind: 'runner', setup };
}

function readWork(entry: Entry): Work | undefined {
  const { folder, name, runner } = entry;
  switch (runner.executor) {
    case 'shell':
      return { kind: 'shell', options: toShellOptions(runner, entry) };
    case 'handler': {
      if (runner.handler === undefined) {
        throw fail(entry, 'executor', `the runner "${name}" needs handler = "FILE" beside this`);
      }
      const environment = Object.fromEntries((runner.environment ?? []).map(splitPair));
      return { kind: 'handler', file: resolve(folder, runner.handler), environment };
    }
    default:
      return undefined;
  }
}

function readUrl(entry: Entry): string {
  const url = expand(entry, 'url', entry.runner.url);
  const problem = urlProblem(url);
  if (problem !== undefined) throw fail(entry, 'url', `url ${problem}`);
  return url;
}

function readToken(entry: Entry): Secret {
  const { name, runner, token } = entry;
  if (runner.token !== undefined && runner.token !== '') {
    return checkToken(expand(entry, 'token', runner.token), `the runner "${name}"`);
  }
  if (token !== undefined) return token;
  throw fail(entry, 'token', `the runner "${name}" has no token, nor has FELLRUNNER_TOKEN`);
}

/** A token that comes from a variable, or from elsewhere, has no place that could be changed. */
function placeOfToken({ runner, source }: Entry): TokenPlace | undefined {
  const { token = '', token_expires_at: expiresAt, token_obtained_at: obtainedAt } = runner;
  if (token === '' || /\$\{?\w/.test(token)) return undefined;
  return { file: source.file, obtainedAt, expiresAt };
}

/** `url` and `token` may name environment variables, as in gitlab-runner. */
function expand(entry: Entry, key: 'url' | 'token', text: string): string {
  return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, bare?: string) => {
    const variable = braced ?? bare ?? '';
    const value = entry.env[variable];
    if (value === undefined) throw fail(entry, key, `${key}: the variable ${variable} is not set`);
    return value;
  });
}

function readInfo({ labels: common, runner }: Entry): RunnerSetup['info'] {
  const { version, revision, platform, architecture } = runner.info ?? {};
  const labels = { ...common, ...runner.labels };
  return {
    ...(version !== undefined && { version }),
    ...(revision !== undefined && { revision }),
    ...(platform !== undefined && { platform }),
    ...(architecture !== undefined && { architecture }),
    ...(Object.keys(labels).length > 0 && { labels }),
  };
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return [pair.slice(0, at), pair.slice(at + 1)];
}

function fail({ index, source }: Entry, key: string, what: string): RunnerError {
  return configError(source, ['runners', index, key], what);
}
