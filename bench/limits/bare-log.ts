/** `cat` through a pipe into a file, whose pieces go to the server as they come. Prints MB/s. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';

import { BareConnection } from './bare-connection.ts';

const PIECE_BYTES = 8 * 2 ** 20;
const [url = '', id = '', token = '', source = '', times = '1', spool = ''] = process.argv.slice(2);

const startedAt = performance.now();
using connection = await BareConnection.open(url);
const cat = spawn(
  'cat',
  Array.from({ length: Number(times) }, () => source),
  {
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
const file = openSync(spool, 'w');
let waiting: Buffer[] = [];
let size = 0;
let offset = 0;
for await (const chunk of cat.stdout as AsyncIterable<Buffer>) {
  writeSync(file, chunk);
  waiting.push(chunk);
  size += chunk.length;
  if (size >= PIECE_BYTES) await sendWaiting();
}
await sendWaiting();
closeSync(file);
if (cat.exitCode === null) await once(cat, 'exit');
const seconds = (performance.now() - startedAt) / 1000;
process.stdout.write(JSON.stringify({ mbPerS: offset / 1e6 / seconds }));

async function sendWaiting(): Promise<void> {
  const piece = Buffer.concat(waiting);
  [waiting, size] = [[], 0];
  if (piece.length === 0) return;
  const range = `Content-Range: ${offset}-${offset + piece.length - 1}\r\n`;
  const headers = `JOB-TOKEN: ${token}\r\nContent-Type: text/plain\r\n${range}`;
  const { status } = await connection.send('PATCH', `/api/v4/jobs/${id}/trace`, headers, piece);
  if (status !== 202) throw new Error(`the log was not taken: ${status}`);
  offset += piece.length;
}
