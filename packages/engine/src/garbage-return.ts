import { getHeapStatistics } from 'node:v8';

const LOOK_EVERY_MS = 2000;
/** CPU time between two looks, of the whole process, beneath which it is at rest. */
const REST_CPU_MS = 60;
/** A heap that has grown by less is left alone: to look through it costs time as well. */
const WORTH_BYTES = 16 * 1024 ** 2;

/** A thread, the main one or another, and the process that it belongs to. */
export interface ObservedThread {
  readonly cpuMs: () => number;
  readonly heapBytes: () => number;
  /** Frees what nobody needs any more, and gives it back to the system. */
  readonly collect: () => void;
}

/**
 * Gives a thread's memory back once a rush is over. V8 looks for garbage when it wants more room;
 * a thousand jobs that only wait want none, so that what their beginning has left would stay.
 */
export class GarbageReturn implements Disposable {
  readonly #thread: ObservedThread;
  readonly #timer: NodeJS.Timeout;
  #cpuMs: number;
  #keptBytes = 0;

  constructor(thread: ObservedThread) {
    this.#thread = thread;
    this.#cpuMs = thread.cpuMs();
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  /** Does so for the thread that calls, where Node was started with `--expose-gc`. */
  static begin(): GarbageReturn | undefined {
    const { gc } = globalThis;
    return (
      gc &&
      new GarbageReturn({
        cpuMs: usedCpuMs,
        heapBytes: ownHeapBytes,
        collect: () => collectAll(gc),
      })
    );
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  /** Called every two seconds. */
  look(): void {
    const { collect, cpuMs, heapBytes } = this.#thread;
    const before = this.#cpuMs;
    this.#cpuMs = cpuMs();
    const isAtRest = this.#cpuMs - before < REST_CPU_MS;
    if (!isAtRest || heapBytes() < this.#keptBytes + WORTH_BYTES) return;
    collect();
    this.#keptBytes = heapBytes();
    this.#cpuMs = cpuMs();
  }
}

function usedCpuMs(): number {
  const { system, user } = process.cpuUsage();
  return (system + user) / 1000;
}

function ownHeapBytes(): number {
  return getHeapStatistics().total_heap_size;
}

function collectAll(gc: NodeJS.GCFunction): void {
  // Any other flavor keeps the freed pages for what may come.
  gc({ type: 'major', flavor: 'last-resort', execution: 'sync' });
}
