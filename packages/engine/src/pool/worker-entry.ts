import { threadId, type MessagePort } from 'node:worker_threads';

import { performCall } from '../worker/perform-call.ts';
import type { CallResult, FromWorker, ToWorker, WorkerCall } from './worker-message.ts';

/** What goes over a thread's one port; a number says which of its calls is meant. */
export type ToThread =
  | { readonly id: number; readonly call: WorkerCall }
  | { readonly id: number; readonly message: ToWorker };
export type FromThread =
  | { readonly threadId: number }
  | { readonly id: number; readonly message: FromWorker }
  | { readonly id: number; readonly result: CallResult };

/** What a pool's thread runs for as long as it lives: it does the calls that come through its port. */
export async function serveCalls(port: MessagePort): Promise<void> {
  const listeners = new Map<number, (message: ToWorker) => void>();
  const send = (message: FromThread): void => port.postMessage(message);
  const serve = async (id: number, call: WorkerCall): Promise<void> => {
    const result = await performCall(call, {
      post: (message) => send({ id, message }),
      onMessage: (listener) => void listeners.set(id, listener),
    });
    listeners.delete(id);
    send({ id, result });
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
