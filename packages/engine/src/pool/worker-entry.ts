import { threadId, type MessagePort } from 'node:worker_threads';

import { performCall } from '../worker/perform-call.ts';
import type { CallResult, FromWorker, ToWorker, WorkerCall } from './worker-message.ts';

/** What a pool's thread runs for each call. */
export async function runCall(task: {
  readonly call: WorkerCall;
  readonly port: MessagePort;
}): Promise<CallResult> {
  const { call, port } = task;
  port.postMessage({ type: 'begun', threadId } satisfies FromWorker);
  try {
    return await performCall(call, {
      post: (message) => port.postMessage(message),
      onMessage: (listener: (message: ToWorker) => void) => void port.on('message', listener),
    });
  } finally {
    port.close();
  }
}
