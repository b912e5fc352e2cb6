/** Quotes a text so that any POSIX shell takes it as one word, byte for byte. */
export function quote(text: string): string {
  // A shell's strings end at a NUL, and so would the script.
  const whole = text.replaceAll('\0', '');
  return `'${whole.replaceAll("'", String.raw`'\''`)}'`;
}
