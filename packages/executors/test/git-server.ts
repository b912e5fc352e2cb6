import { execFileSync, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

export interface GitServer extends AsyncDisposable {
  readonly url: string;
  /** What clients said of themselves in `Authorization`, per request. */
  readonly authorizations: readonly (string | undefined)[];
}

/** Serves the repositories below a folder over HTTP, to who knows the password if there is one. */
export async function startGitServer(root: string, password?: string): Promise<GitServer> {
  const authorizations: (string | undefined)[] = [];
  const wanted = `Basic ${Buffer.from(`gitlab-ci-token:${password}`).toString('base64')}`;
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    if (password === undefined || request.headers.authorization === wanted) {
      return answer(root, request, response);
    }
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    authorizations,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const GIT_FOLDER = execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim();

function answer(root: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const backend = spawn(`${GIT_FOLDER}/git-http-backend`, {
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      ...(request.headers['git-protocol'] && {
        GIT_PROTOCOL: String(request.headers['git-protocol']),
      }),
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  request.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  backend.stdout.on('end', () => respond(Buffer.concat(chunks), response));
}

/** A CGI program's answer: header lines, an empty line, the body. */
function respond(output: Buffer, response: ServerResponse): void {
  const end = output.indexOf('\r\n\r\n');
  const headers = output.toString('latin1', 0, end).split('\r\n');
  for (const header of headers) {
    const [name = '', value = ''] = header.split(': ');
    if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.end(output.subarray(end + 4));
}
