import { Re2 } from '../re2/re2.ts';
import { Re2SyntaxError } from '../re2/re2-syntax-error.ts';
import { ExpressionError } from './expression-error.ts';

/**
 * Reads `/…/flags` as GitLab does, in an expression, in a variable's value and in `only:refs`.
 *
 * @returns undefined for a text that is not written as a pattern.
 * @throws ExpressionError
 */
export function parsePattern(text: string): Re2 | undefined {
  const written = /^\/(.*)\/([ismU]*)$/m.exec(text);
  if (written === null) return undefined;
  const [, source = '', flags = ''] = written;
  try {
    return new Re2(source, flags);
  } catch (error) {
    if (!(error instanceof Re2SyntaxError)) throw error;
    throw new ExpressionError(`${text} is no pattern of RE2 (${error.message})`);
  }
}
