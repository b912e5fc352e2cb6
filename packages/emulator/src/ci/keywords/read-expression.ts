import type { ConfigField } from '../config-field.ts';
import { ExpressionError } from '../expression/expression-error.ts';
import type { Expression } from '../expression/expression.ts';
import { parseExpression } from '../expression/parse-expression.ts';

/** Reads an expression of the rules language. */
export function readExpression(field: ConfigField | undefined): Expression | undefined {
  const source = field?.string();
  if (field === undefined || source === undefined) return undefined;
  try {
    return parseExpression(source);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return field.refuse(
      `is no expression that GitLab understands: ${error.message}`,
      'compare variables with "strings", null, each other or /patterns/ by ==, !=, =~, !~, && and ||',
    );
  }
}
