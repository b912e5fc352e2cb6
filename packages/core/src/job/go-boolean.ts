const WORDS = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((word) => [word, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((word) => [word, false] as const),
]);

/** Reads what gitlab-runner takes for a boolean (Go's `strconv.ParseBool`); undefined for all else. */
export function parseGoBoolean(text: string): boolean | undefined {
  return WORDS.get(text);
}
