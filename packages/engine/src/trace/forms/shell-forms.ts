const namedEscapes: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\u001b': '\\E',
  "'": "\\'",
  '\\': '\\\\',
};

/**
 * The inside of a secret as shells quote it: `set -x` and `${x@Q}` in single quotes, Python's
 * shlex, `declare -p` in double quotes, `printf %q` with backslashes, and bash's `$'…'` with
 * bytes above ASCII as they are or, in the C locale, in octal.
 */
export function shellForms(secret: string): string[] {
  const ansi = secret.replace(/[\p{Cc}'\\]/gu, ansiEscape);
  return [
    secret.replaceAll("'", "'\\''"),
    secret.replaceAll("'", `'"'"'`),
    secret.replace(/[\\"$`]/g, '\\$&'),
    secret.replace(/[\s!"$&'()*,;<>?[\\\]^`{|}]|^[#~]|(?<=[:=])~/g, '\\$&'),
    ansi,
    ansi.replace(/[^\0-\x7f]+/g, octalEscape),
  ];
}

function ansiEscape(character: string): string {
  return namedEscapes[character] ?? octalEscape(character);
}

function octalEscape(text: string): string {
  return Buffer.from(text, 'utf8').reduce(
    (escaped, byte) => `${escaped}\\${byte.toString(8).padStart(3, '0')}`,
    '',
  );
}
