import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { RunnerError } from '@fellrunner/core';

import type { EntryValues } from '../config/config-document.ts';
import { tokenDates } from '../config/edit-config-file.ts';
import { nearestWord } from '../config/nearest-word.ts';
import { UsageError } from '../exit-code.ts';
import { tlsFilesOf, type RegisterFlags } from './register-flags.ts';

/** What a new `[[runners]]` entry says of how its jobs are done. */
export interface EntryWork {
  readonly executor: 'shell' | 'handler';
  /** Absolute. */
  readonly handler: string | undefined;
}

/** @throws UsageError; RunnerError `CONFIG_INVALID` where the handler is not there. */
export function toWork({ executor, handler }: RegisterFlags): EntryWork | undefined {
  const wanted = executor ?? (handler === undefined ? undefined : 'handler');
  if (wanted === undefined) return undefined;
  const problem = executorProblem(wanted);
  if (problem !== undefined) throw new UsageError(problem);
  if (wanted === 'shell') {
    if (handler === undefined) return { executor: 'shell', handler: undefined };
    throw new UsageError('--handler is for --executor handler only.');
  }
  if (handler === undefined) throw new UsageError('--executor handler needs --handler FILE.');
  const file = resolve(handler);
  if (existsSync(file)) return { executor: 'handler', handler: file };
  throw new RunnerError('CONFIG_INVALID', `The handler ${file} does not exist.`);
}

/** Why there is no such executor here. */
export function executorProblem(executor: string): string | undefined {
  if (executor === 'shell' || executor === 'handler') return undefined;
  const nearest = nearestWord(executor, ['shell', 'handler']);
  const meant = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  return `The executor "${executor}" is none of shell, handler${meant}`;
}

/** Who the runner is at GitLab. */
export interface EntryIdentity {
  readonly name: string;
  readonly url: string;
  readonly id: number | undefined;
  readonly token: string;
  readonly expiresAt: Date | undefined;
}

/** A `[[runners]]` entry with gitlab-runner's keys, in the order in which it writes them. */
export function toEntry(
  identity: EntryIdentity,
  { executor, handler }: EntryWork,
  flags: RegisterFlags,
): EntryValues {
  const { expiresAt, id, name, token, url } = identity;
  const { buildsDir, cacheDir, env, limit, outputLimit, requestConcurrency, shell } = flags;
  const { caFile, certFile, keyFile } = tlsFilesOf(flags);
  const values = {
    name,
    url,
    id,
    token,
    ...tokenDates({ obtainedAt: new Date(), expiresAt }),
    'tls-ca-file': caFile,
    'tls-cert-file': certFile,
    'tls-key-file': keyFile,
    limit,
    output_limit: outputLimit,
    request_concurrency: requestConcurrency,
    executor,
    handler,
    builds_dir: absolute(buildsDir),
    cache_dir: absolute(cacheDir),
    environment: env === undefined ? undefined : [...env],
    shell,
  };
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** Whoever typed it meant the folder that they were in. */
function absolute(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}
