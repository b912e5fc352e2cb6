import { extname } from 'node:path';

import { Piscina } from 'piscina';

import { PoolThread } from './pool-thread.ts';
import type { CallResult, FromWorker, ToWorker, WorkerCall } from './worker-message.ts';

/** A call under way: what it says, and the ways to reach it. */
export interface RunningCall {
  /** Never rejects: a worker that is lost is a result like any other. */
  readonly result: Promise<CallResult>;
  send(message: ToWorker): void;
  /** Ends the worker without asking. In a shared thread only the call is given up. */
  kill(): void;
}

export interface WorkerPool extends AsyncDisposable {
  call(call: WorkerCall, onMessage: (message: FromWorker) => void): RunningCall;
}

export interface ThreadPoolOptions {
  readonly threads: number;
  /** Whether a thread does many calls at once; else one, and may be ended for it. */
  readonly isShared: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** Of V8's old generation, for each thread. */
  readonly heapLimitMb: number;
}

const YOUNG_GENERATION_MB = 8;

const entry = new URL(`./worker-entry${extname(import.meta.filename)}`, import.meta.url).href;

/**
 * Threads that stay warm, with the modules that they have loaded. To piscina, which starts and
 * ends them, all that a thread ever does is one task: it serves the calls that come through its
 * port. So a call costs one message each way.
 */
export class ThreadPool implements WorkerPool {
  readonly #options: ThreadPoolOptions;
  readonly #piscina: Piscina;
  readonly #threads = new Set<PoolThread>();
  readonly #idle = new Set<PoolThread>();

  constructor(options: ThreadPoolOptions) {
    this.#options = options;
    this.#piscina = new Piscina({
      filename: entry,
      name: 'serveCalls',
      minThreads: 0,
      maxThreads: options.threads,
      // The default blocks a worker's event loop between tasks, and messages with it.
      atomics: 'disabled',
      env: options.env,
      resourceLimits: {
        maxOldGenerationSizeMb: options.heapLimitMb,
        // Node ends a thread that reaches its limit, with 16 MB to spare; a larger young generation
        // could need more at once, and then V8 ends the whole process.
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
      },
      recordTiming: false,
    });
  }

  call(call: WorkerCall, onMessage: (message: FromWorker) => void): RunningCall {
    const thread = this.#choose() ?? this.#start();
    this.#idle.delete(thread);
    return thread.call(call, onMessage);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#piscina.destroy();
  }

  /** A thread that is there: an idle one, or the least busy of those that can be shared. */
  #choose(): PoolThread | undefined {
    const { isShared, threads } = this.#options;
    for (const idle of this.#idle) return idle;
    if (!isShared || this.#threads.size < threads) return undefined;
    return [...this.#threads].reduce((least, it) => (it.load < least.load ? it : least));
  }

  /** Beyond the pool's size it waits in piscina's queue, and its calls wait in its port. */
  #start(): PoolThread {
    const thread = new PoolThread({
      serve: (port, signal) => this.#piscina.run(port, { transferList: [port], signal }),
      findWorker: (threadId) => this.#piscina.threads.find((it) => it.threadId === threadId),
      isShared: this.#options.isShared,
      onIdle: () => this.#rest(thread),
      onEnd: () => {
        this.#idle.delete(thread);
        this.#threads.delete(thread);
      },
    });
    this.#threads.add(thread);
    return thread;
  }

  #rest(thread: PoolThread): void {
    if (this.#piscina.queueSize > 0) thread.close();
    else this.#idle.add(thread);
  }
}
