const NOT_CONNECTED =
  /^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT)$/;
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_/;

/** Whether a request that was not answered can have reached the server. */
export function mayHaveArrived(error: unknown): boolean {
  return !hasCode(error, NOT_CONNECTED);
}

/** Whether the server's certificate was not believed. */
export function isUntrusted(error: unknown): boolean {
  return hasCode(error, UNTRUSTED);
}

function hasCode(error: unknown, pattern: RegExp): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('code' in error && pattern.test(String(error.code))) return true;
  return 'cause' in error && hasCode(error.cause, pattern);
}
