import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { expect, test } from 'vitest';

import { GitLabClient, patchTrace } from '../src/index.ts';

const JOB = { jobId: 7, token: 'glcbt-1' };

test('a piece of a log goes out with its place, its type and the job’s token', async () => {
  await using server = await startRecorder();
  const bytes = Buffer.from('hello');
  const answer = await patchTrace(server.client, { ...JOB, offset: 11, bytes });
  expect(answer).toEqual({ kind: 'accepted', jobStatus: 'running', intervalMs: 60_000 });
  const [asked] = server.asked;
  expect(asked?.body).toBe('hello');
  expect(asked?.request.url).toBe('/api/v4/jobs/7/trace');
  expect(asked?.request.headers).toMatchObject({
    'content-range': '11-15',
    'content-type': 'text/plain',
    'job-token': 'glcbt-1',
  });
});

test('an empty piece, which asks how the job stands, names the place where the log ends', async () => {
  await using server = await startRecorder();
  await patchTrace(server.client, { ...JOB, offset: 11, bytes: Buffer.alloc(0) });
  const [asked] = server.asked;
  expect(asked?.request.headers['content-range']).toMatch(/^11-/);
  expect(asked?.request.headers['content-length']).toBe('0');
  expect(asked?.request.headers['content-type']).toBe('text/plain');
});

test('the log of a debugged job is marked as such with each piece', async () => {
  await using server = await startRecorder();
  const bytes = Buffer.from('+ secret');
  await patchTrace(server.client, { ...JOB, offset: 0, bytes, debugTrace: true });
  expect(server.asked[0]?.request.url).toBe('/api/v4/jobs/7/trace?debug_trace=true');
});

/** A server that takes every piece of a log. */
async function startRecorder() {
  const asked: { request: IncomingMessage; body: string }[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push({ request, body });
      const headers = { 'Job-Status': 'running', 'X-GitLab-Trace-Update-Interval': '60' };
      response.writeHead(202, headers).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new GitLabClient({ url, userAgent: 'a test' });
  return {
    asked,
    client,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      server.close();
      await once(server, 'close');
    },
  };
}
