import { enableCompileCache, flushCompileCache } from 'node:module';
import { threadId, workerData, type MessagePort } from 'node:worker_threads';

import { GarbageReturn } from '../garbage-return.ts';
import type { CallResult, FromWorker, ToWorker, WorkerCall } from './worker-message.ts';

/** What goes over a thread's one port; a number says which of its calls is meant. */
export type ToThread =
  | { readonly id: number; readonly call: WorkerCall }
  | { readonly id: number; readonly message: ToWorker };
export type FromThread =
  | { readonly threadId: number }
  | { readonly id: number; readonly message: FromWorker }
  | { readonly id: number; readonly result: CallResult };

/** What every thread of a pool is told as it starts. */
export interface ThreadData {
  /** Where the process keeps what Node has compiled, if it does: a thread has to be told. */
  readonly compileCache: string | undefined;
  /** Whether many jobs are done in it at once. */
  readonly isShared: boolean;
}

const { compileCache, isShared } = workerData as ThreadData;
/** Begun as the thread starts: the pool's first word comes when the engine has time for it. */
const loading = loadWork();

function loadWork(): Promise<typeof import('../worker/perform-call.ts')> {
  if (compileCache !== undefined) enableCompileCache(compileCache);
  return import('../worker/perform-call.ts');
}

/** What a pool's thread runs for as long as it lives: it does the calls that come through its port. */
export async function serveCalls(port: MessagePort): Promise<void> {
  const { performCall } = await loading;
  // What has one job alone at a time holds little more than it needs.
  using _ = isShared ? GarbageReturn.begin() : undefined;
  const listeners = new Map<number, (message: ToWorker) => void>();
  const send = (message: FromThread): void => port.postMessage(message);
  const serve = async (id: number, call: WorkerCall): Promise<void> => {
    const result = await performCall(call, {
      post: (message) => send({ id, message }),
      onMessage: (listener) => void listeners.set(id, listener),
    });
    listeners.delete(id);
    send({ id, result });
    // The handler's module is loaded by now; a process that is killed would keep nothing.
    if (call.what === 'describe') flushCompileCache();
  };
  const closed = Promise.withResolvers<void>();
  port.on('close', () => closed.resolve());
  port.on('message', (received: ToThread) => {
    if ('call' in received) void serve(received.id, received.call);
    else listeners.get(received.id)?.(received.message);
  });
  send({ threadId });
  await closed.promise;
}
