import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { RunnerError, type Logger } from '@fellrunner/core';

import { REQUEST } from './listen-for-takeover.ts';
import { findSocket } from './socket-place.ts';

const ANSWER_WITHIN_MS = 10_000;

/**
 * Asks the process that holds a store to detach its jobs, and waits until it has ended: then the
 * store is free.
 *
 * @throws RunnerError `STORE_IN_USE` where that process cannot be asked, or does not answer.
 */
export async function takeOver(store: string, logger: Logger): Promise<void> {
  const socket = await reach(store);
  try {
    const pid = await ask(socket, store);
    logger.info({ pid }, 'waiting for the runner that has the store to detach its jobs');
    await ended(socket);
  } finally {
    socket.destroy();
  }
}

async function reach(store: string): Promise<Socket> {
  const address = findSocket(store);
  if (address === undefined) throw refused(store, 'was not started to be asked for it');
  const socket = connect(address);
  try {
    await once(socket, 'connect');
    return socket;
  } catch (cause) {
    throw refused(store, 'cannot be asked for it', cause);
  }
}

async function ask(socket: Socket, store: string): Promise<number> {
  socket.write(REQUEST);
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const [answer] = (await once(socket, 'data', { signal })) as [Buffer];
    return Number(answer.toString());
  } catch (cause) {
    throw refused(store, 'does not answer', cause);
  }
}

/** A holder that is killed instead of ending resets the connection, which frees the store too. */
async function ended(socket: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.on('error', () => resolve());
  socket.on('close', () => resolve());
  socket.resume();
  await promise;
}

function refused(store: string, what: string, cause?: unknown): RunnerError {
  const message = `The process that has the store ${store} ${what}; stop it, then start again.`;
  return new RunnerError('STORE_IN_USE', message, { cause });
}
