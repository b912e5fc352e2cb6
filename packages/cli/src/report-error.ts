import { exitCodeFor, ExitCode, UsageError } from './exit-code.ts';
import { printable } from './terminal/printable.ts';

/** What went wrong in one line, and the code to exit with. */
export interface ErrorReport {
  readonly line: string;
  readonly exitCode: ExitCode;
  /** Where it was thrown, for those who debug. */
  readonly stack: string | undefined;
}

/**
 * Words any error for the person who typed the command. Errors of the core are loaded with it
 * only when there is one, so that nothing else waits for it.
 */
export async function toErrorReport(error: unknown): Promise<ErrorReport> {
  const { isRunnerError, messageOf } = await import('@fellrunner/core');
  const line = printable(
    messageOf(error)
      .replace(/\s*\n\s*/g, ' ')
      .trim(),
  );
  const stack = error instanceof Error ? error.stack : undefined;
  if (isRunnerError(error)) return { line, stack, exitCode: exitCodeFor(error.code) };
  const exitCode = error instanceof UsageError ? ExitCode.wrongUsage : ExitCode.failed;
  return { line, stack, exitCode };
}
