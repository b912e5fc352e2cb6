import { messageOf } from '@fellrunner/core';

import { performCall } from '../worker/perform-call.ts';
import type { CallResult, FromWorker, ToWorker, WorkerCall } from './worker-message.ts';

export type ToProcess = { readonly call: WorkerCall } | { readonly message: ToWorker };
export type FromProcess =
  { readonly message: FromWorker } | { readonly result: CallResult } | { readonly crash: string };

const send = (message: FromProcess): void => {
  process.send?.(message);
};

/** What a process of its own runs: one call after the other, by messages to its parent. */
let listener: (message: ToWorker) => void = () => undefined;

process.on('message', (message: ToProcess) => {
  if ('message' in message) return listener(message.message);
  void performCall(message.call, {
    post: (it) => send({ message: it }),
    onMessage: (it) => {
      listener = it;
    },
  }).then((result) => send({ result }));
});

process.on('uncaughtException', (error) => {
  process.send?.({ crash: messageOf(error) } satisfies FromProcess, () => process.exit(1));
});

// A runner that is gone cannot be told anything: its handler's process ends with it.
process.on('disconnect', () => process.exit(0));
