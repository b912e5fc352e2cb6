import { once } from 'node:events';
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';

import { messageOf, type WorkerCrash } from '@fellrunner/core';

import type { FromThread, ToThread } from './worker-entry.ts';
import type { CallResult, FromWorker, WorkerCall } from './worker-message.ts';
import type { RunningCall } from './worker-pool.ts';

/** A thread that has done nothing for so long ends. */
const IDLE_MS = 10 * 60_000;

interface OpenCall {
  readonly onMessage: (message: FromWorker) => void;
  readonly resolve: (result: CallResult) => void;
}

export interface PoolThreadOptions {
  /** Runs a thread that serves the calls of this port; resolves and rejects as the thread ends. */
  readonly serve: (port: MessagePort, signal: AbortSignal) => Promise<void>;
  readonly findWorker: (threadId: number) => Worker | undefined;
  /** Whether other jobs' calls run in it as well, so that it must not be ended for one of them. */
  readonly isShared: boolean;
  /** It has nothing to do any more. */
  readonly onIdle: () => void;
  /** It takes no more calls. */
  readonly onEnd: () => void;
}

/** One thread of a pool, from its start to its end: the calls that it does, by messages. */
export class PoolThread {
  readonly #options: PoolThreadOptions;
  readonly #port: MessagePort;
  readonly #ender = new AbortController();
  readonly #calls = new Map<number, OpenCall>();
  readonly #idleTimer = setTimeout(() => this.#closeIfIdle(), IDLE_MS).unref();
  #lastId = 0;
  #worker: Worker | undefined;
  #exited: Promise<unknown> = Promise.resolve();
  #endedBy: Error | undefined;

  constructor(options: PoolThreadOptions) {
    this.#options = options;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on('message', (message: FromThread) => this.#receive(message));
    void this.#serve(port2);
  }

  /** How many calls it does. */
  get load(): number {
    return this.#calls.size;
  }

  call(call: WorkerCall, onMessage: (message: FromWorker) => void): RunningCall {
    const id = (this.#lastId += 1);
    const { promise, resolve } = Promise.withResolvers<CallResult>();
    this.#calls.set(id, { onMessage, resolve });
    this.#worker?.ref();
    this.#send({ id, call });
    return {
      result: promise,
      send: (message) => this.#send({ id, message }),
      kill: () => this.#kill(id),
    };
  }

  /** How much memory its code holds outside V8's heap; 0 of one that is ending. */
  async externalBytes(): Promise<number> {
    const statistics = await this.#worker?.getHeapStatistics().catch(() => undefined);
    return statistics?.external_memory ?? 0;
  }

  /** Ends the thread with all of its calls, since the process would have no memory left. */
  async endForMemory(externalBytes: number): Promise<void> {
    this.#endWorker(new MemoryFull(externalBytes));
    await this.#exited;
  }

  /** Lets the thread end, now that nothing is left to do in it. */
  close(): void {
    clearTimeout(this.#idleTimer);
    this.#port.close();
    this.#options.onEnd();
  }

  #send(message: ToThread): void {
    const port = this.#port;
    port.postMessage(message);
  }

  async #serve(port: MessagePort): Promise<void> {
    try {
      await this.#options.serve(port, this.#ender.signal);
    } catch (error) {
      // Until a thread that was ended has really gone it may still write to a job's log.
      await this.#exited;
      const lost = toLostWorker(this.#endedBy ?? error);
      for (const { resolve } of this.#calls.values()) resolve(lost);
    }
    this.close();
  }

  #receive(message: FromThread): void {
    if ('threadId' in message) {
      this.#worker = this.#options.findWorker(message.threadId);
      if (this.load === 0) this.#worker?.unref();
    } else if ('result' in message) this.#end(message.id, message.result);
    else this.#calls.get(message.id)?.onMessage(message.message);
  }

  #end(id: number, result: CallResult): void {
    this.#calls.get(id)?.resolve(result);
    if (!this.#calls.delete(id) || this.load > 0) return;
    this.#rest();
    this.#options.onIdle();
  }

  #kill(id: number): void {
    if (this.#options.isShared) return this.#end(id, toLostWorker(new GivenUp()));
    this.#endWorker(undefined);
  }

  #endWorker(why: Error | undefined): void {
    this.#endedBy ??= why;
    if (this.#worker !== undefined) this.#exited = once(this.#worker, 'exit');
    this.#ender.abort();
  }

  /** A thread without work keeps no process alive. */
  #rest(): void {
    if (this.load > 0) return;
    this.#worker?.unref();
    this.#idleTimer.refresh();
  }

  #closeIfIdle(): void {
    if (this.load === 0) this.close();
  }
}

/** A call in a shared thread that does not end: its code goes on, but nobody waits for it. */
class GivenUp extends Error {
  override readonly name = 'AbortError';

  constructor() {
    super('it did not react and was given up');
  }
}

class MemoryFull extends Error {
  readonly code = 'ERR_WORKER_OUT_OF_MEMORY';

  constructor(externalBytes: number) {
    const megabytes = Math.round(externalBytes / 1e6);
    super(`its thread held ${megabytes} MB outside of V8's heap when the memory was nearly full`);
  }
}

/** What is left to say when a thread went away without a word. */
function toLostWorker(error: unknown): CallResult {
  return {
    kind: 'failed',
    failure: { reason: 'worker-crashed', how: howItEnded(error), message: messageOf(error) },
  };
}

function howItEnded(error: unknown): WorkerCrash {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return 'out-of-memory';
  if (error instanceof Error && error.name === 'AbortError') return 'unresponsive';
  if (/exit/i.test(messageOf(error))) return 'exited';
  return 'uncaught-exception';
}
