import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream';
import type { Call } from '../http/call.ts';
import { bytes, type Reply } from '../http/reply.ts';
import { gitEnvironment } from './run-git.ts';
import type { ServedRepository } from './served-repository.ts';

const HEADER_END = Buffer.from('\r\n\r\n');

/** Answers a smart HTTP request for a repository by git's own CGI program. */
export async function serveGit(
  call: Call,
  repository: ServedRepository,
  service: string,
): Promise<Reply> {
  const child = spawn('git', ['http-backend'], { env: cgiEnvironment(call, repository, service) });
  await once(child, 'spawn');
  call.onGone(() => child.kill());
  child.stderr.resume();
  call.message.on('data', (chunk: Buffer) => (call.receivedBytes += chunk.length));
  pipeline(call.message, child.stdin, ignoreEarlyEnd);
  const head = await readHead(child);
  return bytes(head.status, child.stdout, head.headers);
}

/** git may answer without reading all that the client sent. */
function ignoreEarlyEnd(): void {}

function cgiEnvironment(
  call: Call,
  repository: ServedRepository,
  service: string,
): Record<string, string> {
  const length = call.header('content-length');
  const encoding = call.header('content-encoding');
  const protocol = call.header('git-protocol');
  return gitEnvironment({
    GIT_PROJECT_ROOT: dirname(repository.path),
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${basename(repository.path)}/${service}`,
    REQUEST_METHOD: call.method,
    QUERY_STRING: call.query,
    REMOTE_USER: 'gitlab-ci-token',
    REMOTE_ADDR: call.message.socket.remoteAddress ?? '',
    CONTENT_TYPE: call.header('content-type') ?? '',
    ...(length === undefined ? {} : { CONTENT_LENGTH: length }),
    ...(encoding === undefined ? {} : { HTTP_CONTENT_ENCODING: encoding }),
    ...(protocol === undefined ? {} : { GIT_PROTOCOL: protocol }),
  });
}

interface Head {
  readonly status: number;
  readonly headers: Record<string, string>;
}

/** Reads the CGI headers and leaves the output at the first byte of the body. */
async function readHead(child: ChildProcessWithoutNullStreams): Promise<Head> {
  let seen = Buffer.alloc(0);
  for await (const chunk of child.stdout.iterator({
    destroyOnReturn: false,
  }) as AsyncIterable<Buffer>) {
    seen = Buffer.concat([seen, chunk]);
    const end = seen.indexOf(HEADER_END);
    if (end === -1) continue;
    child.stdout.unshift(seen.subarray(end + HEADER_END.length));
    return parseHead(seen.subarray(0, end).toString('latin1'));
  }
  throw new Error('git http-backend ended without an answer.');
}

function parseHead(text: string): Head {
  const headers: Record<string, string> = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon)] = line.slice(colon + 1).trim();
  }
  const { Status: status = '200', ...rest } = headers;
  return { status: Number.parseInt(status, 10), headers: rest };
}
