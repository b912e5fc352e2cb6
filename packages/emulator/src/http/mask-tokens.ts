const MASKED = '[MASKED]';
const secretHeaders = new Set([
  'authorization',
  'cookie',
  'job-token',
  'private-token',
  'runner-token',
]);
const secretKeys = /token$|^authorization$|^password$/i;

/** Headers by lower-case name, those that carry a token with their value masked. */
export function maskHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    const value = secretHeaders.has(name) ? MASKED : (rawHeaders[at + 1] ?? '');
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return headers;
}

export function maskQuery(query: string): string {
  return query.replace(/((?:^|&)[^=&]*token=)[^&]*/gi, `$1${MASKED}`);
}

/** A JSON body without its tokens; text that is no JSON is not shown. */
export function maskJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString(), (key, value: unknown) =>
      secretKeys.test(key) && typeof value === 'string' ? MASKED : value,
    );
  } catch {
    return undefined;
  }
}
