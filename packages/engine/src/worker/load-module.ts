import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import {
  messageOf,
  RunnerError,
  type Isolation,
  type JobExecutor,
  type JobHandler,
} from '@fellrunner/core';

import type { HandlerTraits } from '../pool/worker-message.ts';

/** A module that does jobs: the user's, or one that ships and so has stages and a folder. */
export type LoadedModule =
  | { readonly kind: 'handler'; readonly handler: JobHandler }
  | { readonly kind: 'executor'; readonly executor: JobExecutor };

const loaded = new Map<string, Promise<LoadedModule>>();

/**
 * Loads a module once a thread.
 *
 * @throws RunnerError `HANDLER_UNUSABLE`, one line that names the file and what is wrong with it.
 */
export function loadModule(url: string, options: unknown): Promise<LoadedModule> {
  const key = `${url} ${JSON.stringify(options)}`;
  let module = loaded.get(key);
  if (module === undefined) {
    module = importModule(url, options);
    loaded.set(key, module);
  }
  return module;
}

export function toTraits(module: LoadedModule): HandlerTraits {
  if (module.kind === 'executor') {
    const { name, isolation, preparation, conclusion } = module.executor;
    const cleans = module.executor.cleanup !== undefined;
    return { isExecutor: true, name, isolation, resumable: true, cleans, preparation, conclusion };
  }
  const { isolation, resumable } = module.handler;
  return {
    isExecutor: false,
    name: 'handler',
    isolation: isolation ?? 'thread',
    resumable: resumable ?? false,
    cleans: module.handler.cleanup !== undefined,
    preparation: [],
    conclusion: [],
  };
}

async function importModule(url: string, options: unknown): Promise<LoadedModule> {
  const exported = await importDefault(url);
  const value: unknown = typeof exported === 'function' ? await exported(options) : exported;
  if (isExecutor(value)) return { kind: 'executor', executor: value };
  return { kind: 'handler', handler: checkHandler(url, value) };
}

async function importDefault(url: string): Promise<unknown> {
  const file = toPath(url);
  if (url.startsWith('file:')) checkFile(file);
  let module: { default?: unknown };
  try {
    module = (await import(url)) as { default?: unknown };
  } catch (cause) {
    throw unusable(`The handler ${file} cannot be loaded: ${oneLine(cause)}`, cause);
  }
  if (module.default === undefined) {
    throw unusable(
      `The handler ${file} has no default export; it needs one with a step(ctx) function.`,
    );
  }
  return module.default;
}

/** Says what Node's own words on a path that is no module leave out. */
function checkFile(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw unusable(`The handler ${file} does not exist; check its path.`);
  if (found.isDirectory())
    throw unusable(`The handler ${file} is a folder; name the module in it.`);
}

/** A module as its owner named it. */
function toPath(url: string): string {
  return url.startsWith('file:') ? fileURLToPath(url) : url;
}

/** A syntax error's stack begins with where it is. */
function oneLine(cause: unknown): string {
  const place =
    cause instanceof SyntaxError
      ? /^(?:file:\/\/)?\/?.*:\d+$/m.exec(cause.stack ?? '')?.[0]
      : undefined;
  const message = messageOf(cause).split('\n')[0] ?? '';
  return place === undefined ? message : `${message} (${place})`;
}

function isExecutor(value: unknown): value is JobExecutor {
  return typeof value === 'object' && value !== null && 'stage' in value && 'preparation' in value;
}

const ISOLATIONS: readonly (Isolation | undefined)[] = ['thread', 'shared', 'process', undefined];

function checkHandler(url: string, value: unknown): JobHandler {
  const wrong = whatIsWrong(value);
  if (wrong !== undefined) throw unusable(`The default export of ${toPath(url)} ${wrong}.`);
  return value as JobHandler;
}

function whatIsWrong(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'is no object with a step(ctx) function';
  const { step, artifacts, cleanup, isolation, resumable } = value as Record<string, unknown> as {
    [Key in keyof JobHandler]: unknown;
  };
  if (typeof step !== 'function') return 'has no step(ctx) function';
  if (artifacts !== undefined && typeof artifacts !== 'function')
    return 'has an `artifacts` that is no function';
  if (cleanup !== undefined && typeof cleanup !== 'function')
    return 'has a `cleanup` that is no function';
  if (!ISOLATIONS.includes(isolation as Isolation)) {
    return "has an `isolation` that is none of 'thread', 'shared', 'process'";
  }
  if (resumable !== undefined && typeof resumable !== 'boolean')
    return 'has a `resumable` that is neither true nor false';
  return undefined;
}

function unusable(message: string, cause?: unknown): RunnerError {
  return new RunnerError('HANDLER_UNUSABLE', message, { cause });
}
