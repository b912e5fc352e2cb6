/** Thrown for an expression that GitLab's rules language does not know; the message says which part. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}
