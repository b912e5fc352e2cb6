import { messageOf } from '../errors.ts';

/** What did not let a request through, and what to do about it; never with a proxy's password in it. */
export function describeNetworkError(cause: unknown, proxy: URL | undefined): string {
  const code = errorCode(cause);
  const words =
    code === undefined ? undefined : (tlsWords(code, cause) ?? socketWords(code, proxy));
  if (words !== undefined) return `${words} (${code})`;
  const message = proxyWords(messageOf(cause), proxy) ?? messageOf(cause);
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}

function tlsWords(code: string, cause: unknown): string | undefined {
  switch (code) {
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return 'its certificate is signed by itself; give that certificate with tls-ca-file';
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return "its certificate is signed by an authority that is not known here; give the authority's certificate with tls-ca-file";
    case 'CERT_HAS_EXPIRED':
      return 'its certificate has expired; it must be renewed there, unless the clock here is wrong';
    case 'CERT_NOT_YET_VALID':
      return 'its certificate is not valid yet; the clock here may be wrong';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `its certificate is for ${namesIn(cause)}; use the name that it is for as the address`;
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
    case 'EPROTO':
      return 'no TLS is spoken there; the address may have to begin with http://, or its port is wrong';
    case 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED':
    case 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE':
    case 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE':
      return "it asks for the runner's certificate; give one with tls-cert-file and tls-key-file";
    case 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA':
    case 'ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED':
    case 'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE':
      return 'it does not take the certificate of tls-cert-file';
    default:
      return undefined;
  }
}

function socketWords(code: string, proxy: URL | undefined): string | undefined {
  const through = proxy === undefined ? 'the address' : `the proxy ${proxy.host}`;
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `no such host; check ${through}`;
    case 'ECONNREFUSED':
      return proxy === undefined
        ? 'nothing listens there; check the address and port'
        : `nothing listens at the proxy ${proxy.host}; check https_proxy, http_proxy and no_proxy`;
    default:
      return undefined;
  }
}

/** A proxy that does not make a tunnel has a reason, which only its status tells. */
function proxyWords(message: string, proxy: URL | undefined): string | undefined {
  const status = /^Proxy response \((\d+)\)|Proxy Authentication Required \((407)\)/.exec(message);
  if (proxy === undefined || status === null) return undefined;
  const code = status[1] ?? status[2];
  const hint = code === '407' ? '; it wants a name and password in its address' : '';
  return `the proxy ${proxy.host} answers ${code}${hint}`;
}

function namesIn(cause: unknown): string {
  const names = /altnames?: (?:Host: [^ ]+ is not in the cert's altnames: )?(.+)$/.exec(
    messageOf(deepest(cause)),
  )?.[1];
  return names?.replaceAll(/\b(DNS|IP Address):/g, '') ?? 'another host';
}

function errorCode(cause: unknown): string | undefined {
  if (typeof cause !== 'object' || cause === null) return undefined;
  const inner = 'cause' in cause ? errorCode(cause.cause) : undefined;
  if (inner !== undefined) return inner;
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}

function deepest(cause: unknown): unknown {
  return cause instanceof Error && cause.cause !== undefined ? deepest(cause.cause) : cause;
}
