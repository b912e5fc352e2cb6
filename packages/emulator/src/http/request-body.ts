import type { IncomingMessage } from 'node:http';
import { ByteLog } from '../storage/byte-log.ts';
import type { Spool } from '../storage/spool.ts';

const MEMORY_LIMIT = 8 * 1024 * 1024;

/**
 * Reads a request to its end and calls `done` once, with undefined where the connection broke:
 * a request that did not arrive whole has no effect, as behind GitLab's own proxy.
 */
export function readBody(
  message: IncomingMessage,
  spool: Spool,
  done: (body: ByteLog | undefined) => void,
): void {
  const body = new ByteLog(spool, MEMORY_LIMIT);
  let ended = false;
  message.on('data', (chunk: Buffer) => body.append(chunk));
  message.on('end', () => {
    ended = true;
    done(body);
  });
  message.on('close', () => {
    if (!ended) done(undefined);
  });
}

/** Reads a request whose body will not be used, and counts it. */
export function drainBody(
  message: IncomingMessage,
  done: (receivedBytes: number | undefined) => void,
): void {
  let received = 0;
  let ended = false;
  message.on('data', (chunk: Buffer) => (received += chunk.length));
  message.on('end', () => {
    ended = true;
    done(received);
  });
  message.on('close', () => {
    if (!ended) done(undefined);
  });
}
