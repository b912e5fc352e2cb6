import { totalmem } from 'node:os';

import type { PoolThread } from './pool-thread.ts';

const LOOK_EVERY_MS = 500;
/** A thread that holds less is not what fills the memory. */
const LEAST_BYTES = 64 * 1024 * 1024;

/** What this process may use: the machine's memory, or what its control group leaves of it. */
export function usableMemory(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/**
 * Ends the thread with the most memory outside V8's heap before there is none left: no limit of a
 * thread's holds there, and the kernel would end the whole process.
 */
export class MemoryWatch implements Disposable {
  readonly #mostBytes: number;
  readonly #threads: ReadonlySet<PoolThread>;
  readonly #timer: NodeJS.Timeout;
  /** One thread at a time: what the last one held has to come back first. */
  #isEnding = false;

  /** @param limitBytes - What the process may use; a tenth of it is kept free. */
  constructor(limitBytes: number, threads: ReadonlySet<PoolThread>) {
    this.#mostBytes = limitBytes * 0.9;
    this.#threads = threads;
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS).unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#isEnding || process.memoryUsage.rss() < this.#mostBytes) return;
    this.#isEnding = true;
    await this.#endLargest();
    this.#isEnding = false;
  }

  async #endLargest(): Promise<void> {
    const threads = [...this.#threads].filter(({ load }) => load > 0);
    const sizes = await Promise.all(threads.map((thread) => thread.externalBytes()));
    const most = Math.max(...sizes);
    if (most >= LEAST_BYTES) await threads[sizes.indexOf(most)]?.endForMemory(most);
  }
}
