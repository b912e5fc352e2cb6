import type { Variable } from './variables.ts';

/**
 * Quotes a text so that any POSIX shell takes it as one word, byte for byte. NULs are left out: a
 * shell's strings end at one, and so would the script.
 */
export function quoteForShell(text: string): string {
  return `'${text.replaceAll('\0', '').replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * A line that exports a variable in a POSIX shell, whatever is in its value.
 *
 * @throws RangeError where no shell has a variable of that name.
 *
 * @example
 * ```ts
 * const script = [...job.variables].map(toShell).join('\n');
 * ```
 */
export function toShell({ key, value }: Pick<Variable, 'key' | 'value'>): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
    throw new RangeError(`A shell has no variable named ${JSON.stringify(key)}.`);
  }
  return `export ${key}=${quoteForShell(value)}`;
}
