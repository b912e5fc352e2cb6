import { getCompileCacheDir } from 'node:module';
import { extname } from 'node:path';

import { Piscina } from 'piscina';

import { MemoryWatch } from './memory-watch.ts';
import { PoolThread } from './pool-thread.ts';
import type { ThreadData } from './worker-entry.ts';
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
  /** Of the whole process. */
  readonly memoryLimitBytes: number;
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
  /** By their places. */
  readonly #shared = new Map<number, PoolThread>();
  readonly #idle = new Set<PoolThread>();
  readonly #threads = new Set<PoolThread>();
  readonly #memory: MemoryWatch;

  constructor(options: ThreadPoolOptions) {
    this.#options = options;
    this.#memory = new MemoryWatch(options.memoryLimitBytes, this.#threads);
    const threadData: ThreadData = {
      compileCache: getCompileCacheDir(),
      isShared: options.isShared,
    };
    this.#piscina = new Piscina({
      filename: entry,
      name: 'serveCalls',
      minThreads: 0,
      maxThreads: options.threads,
      // The default blocks a worker's event loop between tasks, and messages with it.
      atomics: 'disabled',
      env: options.env,
      workerData: threadData,
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
    const thread = this.#options.isShared ? this.#sharedFor(call) : this.#ownThread();
    return thread.call(call, onMessage);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#memory[Symbol.dispose]();
    return this.#piscina.destroy();
  }

  /** All calls of a job go to the same thread, which knows it by then. */
  #sharedFor(call: WorkerCall): PoolThread {
    const place = call.what === 'describe' ? 0 : call.runner.jobKey % this.#options.threads;
    const thread = this.#shared.get(place) ?? this.#start({ onIdle: () => undefined });
    this.#shared.set(place, thread);
    return thread;
  }

  #ownThread(): PoolThread {
    for (const idle of this.#idle) {
      this.#idle.delete(idle);
      return idle;
    }
    return this.#start({ onIdle: (thread) => this.#rest(thread) });
  }

  /** Beyond the pool's size it waits in piscina's queue, and its calls wait in its port. */
  #start({ onIdle }: { readonly onIdle: (thread: PoolThread) => void }): PoolThread {
    const thread = new PoolThread({
      serve: (port, signal) => this.#piscina.run(port, { transferList: [port], signal }),
      findWorker: (threadId) => this.#piscina.threads.find((it) => it.threadId === threadId),
      isShared: this.#options.isShared,
      onIdle: () => onIdle(thread),
      onEnd: () => this.#remove(thread),
    });
    this.#threads.add(thread);
    return thread;
  }

  /** Of an own thread: the next that waits for its place gets it, or else the next call. */
  #rest(thread: PoolThread): void {
    if (this.#piscina.queueSize > 0) thread.close();
    else this.#idle.add(thread);
  }

  #remove(thread: PoolThread): void {
    this.#idle.delete(thread);
    this.#threads.delete(thread);
    for (const [place, it] of this.#shared) if (it === thread) this.#shared.delete(place);
  }
}
