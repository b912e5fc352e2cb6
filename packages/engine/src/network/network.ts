import { Connections, type TlsFiles } from '@fellrunner/core';

import { proxiesOf, proxyFor, type Proxies } from './proxies.ts';
import { TlsFileReader } from './tls-files.ts';

/** How a GitLab is reached: plain data, so that jobs' threads and processes reach it alike. */
export interface Network {
  readonly tls: TlsFiles;
  readonly proxies: Proxies;
}

/**
 * Connections as a network describes them; files that change are read again.
 *
 * @throws RunnerError `CONFIG_INVALID` where a file cannot be used.
 */
export function openConnections(
  { proxies, tls }: Network,
  onTrouble: (trouble: string) => void = () => undefined,
): Connections {
  const files = new TlsFileReader(tls, onTrouble);
  files.read();
  return new Connections({
    tls: () => files.read(),
    proxyFor: (url) => proxyFor(url, proxies),
  });
}

/** The network of a server whose TLS needs these files, by the proxies that the process is told of. */
export function networkOf(tls: TlsFiles = {}): Network {
  return { tls, proxies: proxiesOf(process.env) };
}
