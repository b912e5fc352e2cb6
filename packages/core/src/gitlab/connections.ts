import {
  checkServerIdentity,
  createSecureContext,
  getCACertificates,
  type DetailedPeerCertificate,
  type PeerCertificate,
  type SecureContext,
} from 'node:tls';

import type { Dispatcher } from 'undici';

import { undici } from './undici.ts';

/** What TLS connections need besides what this machine trusts; PEM texts. */
export interface TlsMaterial {
  /** Authorities that are trusted besides the system's and Node's own. */
  readonly ca?: string;
  /** The certificate that is shown to GitLab, and its key. */
  readonly cert?: string;
  readonly key?: string;
}

export interface ConnectionsOptions {
  /** Asked before each request: another object than before means that something has changed. */
  readonly tls?: () => TlsMaterial;
  /** The proxy by which an address is reached; undefined for a direct connection. */
  readonly proxyFor?: (url: URL) => URL | undefined;
}

/** Longer than a proxy or a far server takes; what hangs for good is tried again. */
const CONNECT_TIMEOUT_MS = 30_000;
const POOL = { connections: 128, bodyTimeout: 60_000, keepAliveTimeout: 30_000, allowH2: false };

/**
 * The connections to one GitLab and to where it redirects, kept alive and used again. A changed
 * certificate counts from the next request on; what is under way ends as it began.
 */
export class Connections implements AsyncDisposable {
  readonly #options: ConnectionsOptions;
  readonly #dispatchers = new Map<string, Dispatcher>();
  readonly #chains = new Map<string, string>();
  #material: TlsMaterial | undefined;

  constructor(options: ConnectionsOptions = {}) {
    this.#options = options;
  }

  /** For requests to GitLab itself, which may ask for the runner's certificate. */
  toGitLab(url: URL): Dispatcher {
    return this.#dispatcherFor(url, true);
  }

  /** For requests to another host, such as an object storage: it never sees the certificate. */
  toOthers(url: URL): Dispatcher {
    return this.#dispatcherFor(url, false);
  }

  /** By which proxy an address is reached. */
  proxyFor(url: URL): URL | undefined {
    return this.#options.proxyFor?.(url);
  }

  /** The verified certificates of a host as PEM, its own first; known after the first request. */
  chainOf(url: URL): string | undefined {
    return this.#chains.get(hostOf(url));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#dispatchers.values()];
    this.#dispatchers.clear();
    await Promise.all(all.map((it) => it.destroy()));
  }

  #dispatcherFor(url: URL, isGitLab: boolean): Dispatcher {
    const proxy = this.proxyFor(url);
    const usesTls = url.protocol === 'https:' || proxy?.protocol === 'https:';
    if (usesTls) this.#noteChanges();
    const name = `${usesTls ? 'tls' : 'plain'} ${isGitLab} ${proxy?.href ?? ''}`;
    let dispatcher = this.#dispatchers.get(name);
    if (dispatcher === undefined) {
      dispatcher = this.#create(proxy, usesTls, isGitLab);
      this.#dispatchers.set(name, dispatcher);
    }
    return dispatcher;
  }

  /** Connections that were made with what has changed are closed when their requests are done. */
  #noteChanges(): void {
    const material = this.#options.tls?.() ?? this.#material ?? {};
    if (material === this.#material) return;
    this.#material = material;
    for (const [name, dispatcher] of this.#dispatchers) {
      if (!name.startsWith('tls')) continue;
      this.#dispatchers.delete(name);
      void dispatcher.close();
    }
  }

  #create(proxy: URL | undefined, usesTls: boolean, isGitLab: boolean): Dispatcher {
    const { Agent, ProxyAgent } = undici();
    const timeout = { timeout: CONNECT_TIMEOUT_MS, allowH2: false };
    if (!usesTls) {
      return proxy === undefined
        ? new Agent({ ...POOL, connect: timeout })
        : new ProxyAgent({ ...POOL, uri: proxy.href, connectTimeout: CONNECT_TIMEOUT_MS });
    }
    const connect = { ...timeout, ...this.#tlsOptions(isGitLab) };
    if (proxy === undefined) return new Agent({ ...POOL, connect });
    const proxyTls = { ...timeout, ...this.#tlsOptions(false) };
    return new ProxyAgent({ ...POOL, uri: proxy.href, requestTls: connect, proxyTls });
  }

  #tlsOptions(isGitLab: boolean): {
    secureContext: SecureContext;
    checkServerIdentity: typeof checkServerIdentity;
  } {
    const { ca, cert, key } = this.#material ?? {};
    const own = isGitLab && cert !== undefined && key !== undefined ? { cert, key } : {};
    return {
      secureContext: createSecureContext({
        ca: [...trusted(), ...(ca === undefined ? [] : [ca])],
        ...own,
      }),
      checkServerIdentity: (host, certificate) => {
        const problem = checkServerIdentity(host, certificate);
        if (problem === undefined) this.#chains.set(host, toPem(certificate));
        return problem;
      },
    };
  }
}

/** As certificates name it: an IPv6 address stands without brackets. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

let known: readonly string[] | undefined;

/** What this machine trusts, as gitlab-runner does, and what Node brings along or was told of. */
function trusted(): readonly string[] {
  known ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  return known;
}

/** Node hands over the whole chain here, each certificate with its issuer. */
function toPem(certificate: PeerCertificate | DetailedPeerCertificate): string {
  const seen = new Set<string>();
  let current: PeerCertificate | DetailedPeerCertificate | undefined = certificate;
  while (current?.raw !== undefined && !seen.has(pemOf(current.raw))) {
    seen.add(pemOf(current.raw));
    current = 'issuerCertificate' in current ? current.issuerCertificate : undefined;
  }
  return [...seen].join('\n');
}

function pemOf(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----'].join('\n');
}
