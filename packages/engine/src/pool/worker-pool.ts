import { once } from 'node:events';
import { extname } from 'node:path';
import { MessageChannel } from 'node:worker_threads';

import { messageOf, type WorkerCrash } from '@fellrunner/core';
import { Piscina } from 'piscina';

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
  /** More than one makes the threads shared. */
  readonly callsPerThread: number;
  readonly env: NodeJS.ProcessEnv;
  /** Of V8's old generation, for each thread. */
  readonly heapLimitMb: number;
}

const YOUNG_GENERATION_MB = 8;

const entry = new URL(`./worker-entry${extname(import.meta.filename)}`, import.meta.url).href;

/** Threads that stay warm, with the modules that they have loaded. */
export function createThreadPool(options: ThreadPoolOptions): WorkerPool {
  const piscina = new Piscina({
    filename: entry,
    name: 'runCall',
    minThreads: 0,
    maxThreads: options.threads,
    concurrentTasksPerWorker: options.callsPerThread,
    idleTimeout: 10 * 60_000,
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
  return {
    call: (call, onMessage) => callThread(piscina, call, onMessage),
    [Symbol.asyncDispose]: () => piscina.destroy(),
  };
}

function callThread(
  piscina: Piscina,
  call: WorkerCall,
  onMessage: (message: FromWorker) => void,
): RunningCall {
  const { port1, port2 } = new MessageChannel();
  const givenUp = Promise.withResolvers<CallResult>();
  const ender = new AbortController();
  const isOwn = piscina.options.concurrentTasksPerWorker === 1;
  let threadId: number | undefined;
  let exited: Promise<unknown> = Promise.resolve();
  port1.on('message', (message: FromWorker) => {
    if (message.type === 'begun') threadId = message.threadId;
    else onMessage(message);
  });
  // A task that can be aborted gets a thread to itself from piscina: that is for own threads only.
  const abortable = isOwn ? { signal: ender.signal } : {};
  const ended = piscina.run({ call, port: port2 }, { transferList: [port2], ...abortable }).then(
    (value: CallResult) => value,
    async (error: unknown) => {
      await exited;
      return toLostWorker(error);
    },
  );
  return {
    result: Promise.race([ended, givenUp.promise]).finally(() => port1.close()),
    send: (message) => port1.postMessage(message),
    kill: () => {
      if (!isOwn) return givenUp.resolve(toLostWorker(new GivenUp()));
      // Until the thread has really ended it may still write to the job's log.
      const thread = piscina.threads.find((it) => it.threadId === threadId);
      if (thread !== undefined) exited = once(thread, 'exit');
      return ender.abort();
    },
  };
}

/** A call in a shared thread that does not end: its code goes on, but nobody waits for it. */
class GivenUp extends Error {
  override readonly name = 'AbortError';

  constructor() {
    super('it did not react and was given up');
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
