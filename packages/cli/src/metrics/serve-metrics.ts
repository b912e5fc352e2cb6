import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';

import { messageOf, RunnerError } from '@fellrunner/core';

/** What is served to those who look after the runner. */
export interface ServedMetrics {
  /** In Prometheus' text format. */
  readonly metrics: () => Promise<string>;
  /** Why no further job would be taken; undefined where one would. */
  readonly notReady: () => string | undefined;
}

/** A server that answers until it is disposed of. */
export interface MetricsServer extends AsyncDisposable {
  readonly url: string;
}

const TEXT = 'text/plain; charset=utf-8';

/**
 * Serves `/metrics`, `/health/live` and `/health/ready`, without a password, as gitlab-runner does.
 *
 * @throws RunnerError `CONFIG_INVALID` where the address cannot be listened at.
 */
export async function serveMetrics(address: string, served: ServedMetrics): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    answer(request.url ?? '', response, served).catch((error: unknown) => {
      reply(response, 500, messageOf(error));
    });
  });
  server.unref();
  try {
    server.listen(toListenOptions(address));
    await once(server, 'listening');
  } catch (cause) {
    const message = `The address ${address} cannot be listened at: ${messageOf(cause)}.`;
    throw new RunnerError('CONFIG_INVALID', message, { cause });
  }
  const bound = server.address();
  const port = typeof bound === 'object' ? bound?.port : undefined;
  return {
    url: `http://${address.replace(/:\d+$/, '') || 'localhost'}:${port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  url: string,
  response: ServerResponse,
  { metrics, notReady }: ServedMetrics,
): Promise<void> {
  switch (url.replace(/\?.*$/, '')) {
    case '/metrics':
      reply(response, 200, await metrics(), `${TEXT}; version=0.0.4`);
      return;
    case '/health/live':
      reply(response, 200, 'alive\n');
      return;
    case '/health/ready': {
      const why = notReady();
      reply(response, why === undefined ? 200 : 503, `${why ?? 'ready'}\n`);
      return;
    }
    default:
      reply(response, 404, 'There are /metrics, /health/live and /health/ready.\n');
  }
}

function reply(response: ServerResponse, status: number, text: string, type = TEXT): void {
  response.writeHead(status, { 'Content-Type': type }).end(text);
}

/** Without an address before the port every one is meant. */
function toListenOptions(address: string): { readonly port: number; readonly host?: string } {
  const [, ipv6, name = '', port] = /^(?:\[(.+)\]|([^:]*)):(\d+)$/.exec(address) ?? [];
  const host = ipv6 ?? name;
  return { port: Number(port), ...(host !== '' && { host }) };
}
