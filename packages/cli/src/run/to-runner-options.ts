import { pathToFileURL } from 'node:url';

import type { EventLog, Logger, ReceivedJob } from '@fellrunner/core';
import type { RunnerOptions, SharedSlots } from '@fellrunner/engine';

import type { RunnerSetup, Work } from './runner-setup.ts';

/** What the runners of a process have in common. */
export interface RunnerSurroundings {
  readonly store: EventLog;
  readonly slots: SharedSlots;
  readonly logger: Logger;
  readonly env: NodeJS.ProcessEnv;
  readonly cancelGraceMs: number | undefined;
  /** Why the steps of the shell end with this process; undefined where they live on. */
  readonly endsSteps: string | undefined;
}

/** A runner as the engine takes it; what is not set is left to the engine. */
export function toRunnerOptions(
  setup: RunnerSetup,
  adopts: (job: ReceivedJob) => boolean,
  surroundings: RunnerSurroundings,
): RunnerOptions {
  const { cancelGraceMs, env, logger, slots, store } = surroundings;
  const {
    checkIntervalMs,
    info,
    limit,
    name,
    outputLimitBytes,
    requestConcurrency,
    tls,
    token,
    url,
    work,
  } = setup;
  return {
    ...workOf(work, env),
    name,
    url,
    token: token.reveal(),
    store,
    logger,
    info,
    tls,
    adopts,
    concurrency: limit,
    sharedSlots: slots,
    ...(outputLimitBytes !== undefined && { outputLimitBytes }),
    ...(requestConcurrency !== undefined && { requestConcurrency }),
    ...(cancelGraceMs !== undefined && { cancelGraceMs }),
    ...(checkIntervalMs !== undefined && { checkIntervalMs }),
  };
}

/** What does the jobs, and in which environment. */
export function workOf(
  work: Work,
  env: NodeJS.ProcessEnv,
): Pick<RunnerOptions, 'handler' | 'handlerOptions' | 'env'> {
  return work.kind === 'shell'
    ? {
        handler: import.meta.resolve('@fellrunner/executors/shell'),
        handlerOptions: work.options,
        env,
      }
    : { handler: pathToFileURL(work.file), env: { ...env, ...work.environment } };
}

/**
 * Which of the setups goes on with an unfinished job: the one of its runner's name, at its own
 * server where several have that name, and else the first.
 */
export function ownerOf(job: ReceivedJob, setups: readonly RunnerSetup[]): RunnerSetup | undefined {
  const named = setups.filter(({ name }) => name === job.runner);
  return named.find(({ url }) => url.startsWith(job.url)) ?? named[0] ?? setups[0];
}

/** The environment without the variables that a configuration takes tokens from, as `token = "$KEY"`. */
export function withoutTokens(
  env: NodeJS.ProcessEnv,
  tokens: ReadonlySet<string>,
): NodeJS.ProcessEnv {
  const entries = Object.entries(env);
  return Object.fromEntries(entries.filter(([, value]) => !tokens.has(value?.trim() ?? '')));
}
