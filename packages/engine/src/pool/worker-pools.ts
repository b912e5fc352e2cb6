import type { Isolation } from '@fellrunner/core';

import { createProcessPool } from './process-pool.ts';
import type { FromWorker, WorkerCall } from './worker-message.ts';
import { ThreadPool, type RunningCall, type WorkerPool } from './worker-pool.ts';

export interface WorkerPoolsOptions {
  /** How many jobs run at once, and so how many threads of their own they need. */
  readonly concurrency: number;
  readonly sharedThreads: number;
  readonly env: NodeJS.ProcessEnv;
  readonly heapLimitMb: number;
  readonly memoryLimitBytes: number;
}

/** The pools of a runner, one for each isolation, made when first needed. */
export class WorkerPools implements AsyncDisposable {
  readonly #options: WorkerPoolsOptions;
  readonly #pools = new Map<Isolation, WorkerPool>();

  constructor(options: WorkerPoolsOptions) {
    this.#options = options;
  }

  call(
    isolation: Isolation,
    call: WorkerCall,
    onMessage: (message: FromWorker) => void,
  ): RunningCall {
    let pool = this.#pools.get(isolation);
    if (pool === undefined) {
      pool = this.#create(isolation);
      this.#pools.set(isolation, pool);
    }
    return pool.call(call, onMessage);
  }

  /** Ends the threads or processes that are not needed any more; a later call begins new ones. */
  async close(isolation: Isolation): Promise<void> {
    const pool = this.#pools.get(isolation);
    this.#pools.delete(isolation);
    await pool?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool[Symbol.asyncDispose]()));
  }

  #create(isolation: Isolation): WorkerPool {
    const { concurrency, env, heapLimitMb, memoryLimitBytes, sharedThreads } = this.#options;
    const surroundings = { env, heapLimitMb, memoryLimitBytes };
    switch (isolation) {
      case 'thread':
        // A job that is reported may still clean up beside those that run.
        return new ThreadPool({ threads: concurrency + 1, isShared: false, ...surroundings });
      case 'shared':
        return new ThreadPool({ threads: sharedThreads, isShared: true, ...surroundings });
      case 'process':
        return createProcessPool({ env, heapLimitMb });
    }
  }
}
