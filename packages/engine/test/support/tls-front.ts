import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';

/** A server that speaks TLS, and leaves all else to the server behind it. */
export interface TlsFront extends AsyncDisposable {
  readonly port: number;
  /** How many connections were made so far. */
  readonly connections: number;
  /** The common names of the certificates that clients have shown, in order. */
  readonly clients: readonly string[];
  /** Another certificate for the connections to come. */
  use(options: TlsOptions): void;
}

/** Puts TLS in front of a server of this machine. */
export async function startTlsFront(behind: string, options: TlsOptions): Promise<TlsFront> {
  const { hostname, port } = new URL(behind);
  const open = new Set<TLSSocket>();
  const clients: string[] = [];
  let connections = 0;
  const server = createServer(options, (socket) => {
    connections += 1;
    const { subject } = socket.getPeerCertificate();
    if (subject !== undefined) clients.push(String(subject.CN));
    const plain = connect(Number(port), hostname);
    open.add(socket);
    socket.on('close', () => plain.destroy());
    plain.on('close', () => socket.destroy());
    socket.on('error', () => plain.destroy());
    plain.on('error', () => socket.destroy());
    socket.pipe(plain).pipe(socket);
  });
  // A client that does not like the certificate leaves in the middle of its greeting.
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    clients,
    get connections() {
      return connections;
    },
    use: (other) => server.setSecureContext(other),
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
