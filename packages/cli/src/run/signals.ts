import { ExitCode } from '../exit-code.ts';

/** What the signals of a running command do. */
export interface SignalActions {
  readonly stop: () => void;
  readonly drain: () => void;
  readonly reload: () => void;
  /** Ends the process now. */
  readonly leave: (exitCode: ExitCode) => void;
}

/**
 * Within this a terminal's Ctrl-C counts once: it reaches every process of the group, and a
 * parent such as npm passes it on as well.
 */
const SAME_PRESS_MS = 200;

/** Listens for signals until the result is called. */
export function onSignals(
  actions: SignalActions,
  { isTerminal }: { isTerminal: boolean },
): () => void {
  let stoppedAt: number | undefined;
  const stop = (exitCode: ExitCode) => (): void => {
    const now = performance.now();
    if (stoppedAt === undefined) {
      stoppedAt = now;
      actions.stop();
    } else if (!isTerminal || now - stoppedAt > SAME_PRESS_MS) {
      actions.leave(exitCode);
    }
  };
  const handlers = {
    SIGINT: stop(ExitCode.interrupted),
    SIGTERM: stop(ExitCode.terminated),
    SIGQUIT: actions.drain,
    SIGHUP: actions.reload,
  };
  const entries = Object.entries(handlers);
  for (const [signal, handler] of entries) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of entries) process.off(signal, handler);
  };
}
