import { fileURLToPath } from 'node:url';

import {
  describeFailure,
  RunnerError,
  type JobExecutor,
  type JobFailure,
  type ReceivedExecutor,
} from '@fellrunner/core';

import { usableMemory } from './pool/memory-watch.ts';
import { WorkerPools } from './pool/worker-pools.ts';
import { HEAP_LIMIT_MB, withoutOwnSecrets, type RunnerOptions } from './runner-options.ts';
import { loadModule } from './worker/load-module.ts';

export interface DescribedModule {
  readonly executor: ReceivedExecutor;
  /** The executor itself where it ships with the product; a user's module stays in its threads. */
  readonly own: JobExecutor | undefined;
}

/**
 * Loads a handler's module where it will run, not here: what it does at its import must not touch
 * the runner.
 *
 * @throws RunnerError `HANDLER_UNUSABLE`
 */
export async function describeModule(
  pools: WorkerPools,
  module: string,
  options: unknown,
): Promise<DescribedModule> {
  const call = { what: 'describe', module, options } as const;
  const result = await pools.call('thread', call, () => undefined).result;
  switch (result.kind) {
    case 'described': {
      const { isExecutor, ...traits } = result.traits;
      const loaded = isExecutor ? await loadModule(module, options) : undefined;
      const own = loaded?.kind === 'executor' ? loaded.executor : undefined;
      if (traits.isolation !== 'thread') await pools.close('thread');
      return { executor: { module, options, ...traits }, own };
    }
    case 'failed':
      throw new RunnerError('HANDLER_UNUSABLE', whyUnusable(module, result.failure));
    case 'finished':
      throw new Error('A description was answered by the end of a call.');
  }
}

/** A module that ends its thread at its import has told nobody which one it is. */
function whyUnusable(module: string, failure: JobFailure): string {
  const why = describeFailure(failure);
  if (failure.reason === 'handler-unusable') return why;
  const file = module.startsWith('file:') ? fileURLToPath(module) : module;
  return `The handler ${file} cannot be loaded: ${why.replace(/^\(system failure\) /, '')}`;
}

/**
 * Sees whether a handler can be loaded, without a runner and a store: before an upgrade asks the
 * runner that is there to leave.
 *
 * @throws RunnerError `HANDLER_UNUSABLE`
 */
export async function checkHandler(
  options: Pick<RunnerOptions, 'handler' | 'handlerOptions' | 'env'>,
): Promise<void> {
  const { handler, handlerOptions, env = process.env } = options;
  await using pools = new WorkerPools({
    concurrency: 1,
    sharedThreads: 1,
    env: withoutOwnSecrets(env),
    heapLimitMb: HEAP_LIMIT_MB,
    memoryLimitBytes: usableMemory(),
  });
  await describeModule(pools, String(handler), handlerOptions);
}
