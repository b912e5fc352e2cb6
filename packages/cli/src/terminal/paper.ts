import type { Paper } from './table.ts';

/** Standard output, as tables need to know it. */
export function stdoutPaper(): Paper {
  return { isTerminal: process.stdout.isTTY, width: process.stdout.columns ?? 80 };
}

/** Prints a value as JSON for programs. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
