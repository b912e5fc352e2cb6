import { describeFailure, RunnerError, type ReceivedExecutor } from '@fellrunner/core';

import type { WorkerPools } from './pool/worker-pools.ts';

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
): Promise<ReceivedExecutor> {
  const call = { what: 'describe', module, options } as const;
  const result = await pools.call('thread', call, () => undefined).result;
  switch (result.kind) {
    case 'described': {
      const { name, isolation, resumable, cleans, preparation, conclusion } = result.traits;
      return { module, options, name, isolation, resumable, cleans, preparation, conclusion };
    }
    case 'failed':
      throw new RunnerError('HANDLER_UNUSABLE', describeFailure(result.failure));
    case 'finished':
      throw new Error('A description was answered by the end of a call.');
  }
}
