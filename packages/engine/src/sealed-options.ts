/** In the text of a payload no value can hold it: there a quote has a backslash before it. */
const KEY = ',"fellrunner:options":';

/**
 * Puts an executor's options at the end of a job's payload, which is kept encrypted: they may
 * hold secrets (`environment`), and events do not.
 */
export function sealOptions(payload: string, options: unknown): string {
  const end = payload.lastIndexOf('}');
  if (options === undefined || end < 0) return payload;
  return `${payload.slice(0, end)}${KEY}${JSON.stringify(options)}}`;
}

/** The options that {@link sealOptions} put there; undefined where it did not. */
export function openOptions(payload: string): unknown {
  const at = payload.lastIndexOf(KEY);
  return at < 0 ? undefined : JSON.parse(payload.slice(at + KEY.length, -1));
}
