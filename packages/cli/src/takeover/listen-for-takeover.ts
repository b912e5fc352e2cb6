import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

import { messageOf, type Logger } from '@fellrunner/core';

import { makeSocketPlace, removeSocket } from './socket-place.ts';

/** What a process that wants the store says. */
export const REQUEST = 'hand over\n';

/**
 * Lets another process of the same user ask for the store, where the store's folder can have a
 * socket: it is worth a warning, and no more, that a runner cannot be taken over.
 */
export async function offerTakeover(
  store: string,
  logger: Logger,
  onRequest: () => void,
): Promise<AsyncDisposable | undefined> {
  if (store === ':memory:') return undefined;
  try {
    return await listenForTakeover(store, onRequest);
  } catch (error) {
    logger.warn({}, `--takeover will not find this runner: ${messageOf(error)}`);
    return undefined;
  }
}

/** The connection stays open until this process has ended: so the other knows when the store is free. */
async function listenForTakeover(store: string, onRequest: () => void): Promise<AsyncDisposable> {
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.unref();
    socket.on('close', () => connections.delete(socket));
    // One that has gone away asks for nothing any more.
    socket.on('error', () => socket.destroy());
    socket.once('data', (data) => {
      if (data.toString() !== REQUEST) {
        socket.end();
        return;
      }
      socket.write(`${process.pid}\n`);
      onRequest();
    });
  });
  listenPrivately(() => server.listen(makeSocketPlace(store)));
  await once(server, 'listening');
  server.unref();
  return {
    async [Symbol.asyncDispose]() {
      server.close();
      removeSocket(store);
    },
  };
}

/** The socket's file is made in the call itself, with the permissions that the mask leaves. */
function listenPrivately(listen: () => void): void {
  const mask = process.umask(0o177);
  try {
    listen();
  } finally {
    process.umask(mask);
  }
}
