/** Does jobs without a runner: asks, sends a line of log, reports. Prints jobs a second. */
import { crc32 } from 'node:zlib';

import { BareConnection } from './bare-connection.ts';

const [url = '', token = '', jobs = '0', connections = '1'] = process.argv.slice(2);
const JSON_TYPE = 'Content-Type: application/json\r\n';
const line = Buffer.from('done\n');
const checksum = `crc32:${crc32(line).toString(16).padStart(8, '0')}`;
const request = Buffer.from(
  JSON.stringify({ token, info: { name: 'bare', features: { return_exit_code: true } } }),
);

let left = Number(jobs);
const startedAt = performance.now();
await Promise.all(Array.from({ length: Number(connections) }, doJobs));
const seconds = (performance.now() - startedAt) / 1000;
process.stdout.write(JSON.stringify({ jobsPerS: Number(jobs) / seconds }));

async function doJobs(): Promise<void> {
  using connection = await BareConnection.open(url);
  while (left > 0) {
    left -= 1;
    await doOne(connection);
  }
}

async function doOne(connection: BareConnection): Promise<void> {
  const given = await connection.send('POST', '/api/v4/jobs/request', JSON_TYPE, request);
  if (given.status !== 201) throw new Error(`no job: ${given.status}`);
  const job = JSON.parse(given.body.toString()) as { id: number; token: string };
  const range = `JOB-TOKEN: ${job.token}\r\nContent-Type: text/plain\r\nContent-Range: 0-${line.length - 1}\r\n`;
  await connection.send('PATCH', `/api/v4/jobs/${job.id}/trace`, range, line);
  const output = { checksum, bytesize: line.length };
  const update = { token: job.token, state: 'success', checksum, output };
  const body = Buffer.from(JSON.stringify(update));
  const answer = await connection.send('PUT', `/api/v4/jobs/${job.id}`, JSON_TYPE, body);
  if (answer.status >= 300) throw new Error(`not taken: ${answer.status}`);
}
