/** Says who it is and waits until it is canceled; many jobs in a thread. */
import { once } from 'node:events';

interface Context {
  readonly phase: string;
  readonly signal: AbortSignal;
  readonly log: { line(text: string): Promise<void> };
}

export default {
  isolation: 'shared',
  resumable: true,
  async step({ log, phase, signal }: Context): Promise<void> {
    if (phase !== 'script') return;
    // Another process says something else, so that the server hears of a resume.
    await log.line(`waiting in process ${process.pid}`);
    // A signal alone keeps no thread alive.
    const alive = setInterval(() => undefined, 60_000);
    if (!signal.aborted) await once(signal, 'abort');
    clearInterval(alive);
  },
};
