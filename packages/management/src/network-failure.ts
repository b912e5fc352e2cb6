const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const UNTRUSTED = /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|HOSTNAME_)/;

const texts: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up just now',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped coming',
  UND_ERR_SOCKET: 'the connection was cut',
};

/** Why no answer came, and whether the request can have arrived. */
export interface NetworkFailure {
  readonly kind: 'not-connected' | 'cut' | 'hopeless';
  readonly text: string;
}

export function describeNetworkFailure(error: unknown): NetworkFailure {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (UNTRUSTED.test(code)) {
    return { kind: 'hopeless', text: `its certificate is not trusted (${code})` };
  }
  const kind = NOT_CONNECTED.has(code) ? 'not-connected' : 'cut';
  return { kind, text: texts[code] ?? (message === '' ? code : message) };
}

/** Of all addresses of a name that were tried, the first one's. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'cause' in error ? codeOf(error.cause) : '';
}
