/** Thrown for a pattern that RE2, GitLab's regular expression library, does not accept; the message says which part. */
export class Re2SyntaxError extends Error {
  override readonly name = 'Re2SyntaxError';
}
