import { GitLabClient, type TlsFiles } from '@fellrunner/core';

import { networkOf, openConnections, type Network } from '../network/network.ts';
import { VERSION } from '../version.ts';

/** A client of a session's own. */
export function connect(
  url: string,
  tls: TlsFiles | undefined,
): { readonly client: GitLabClient; readonly network: Network } {
  const network = networkOf(tls);
  const connections = openConnections(network);
  const client = new GitLabClient({ url, connections, userAgent: `fellrunner ${VERSION}` });
  return { client, network };
}
