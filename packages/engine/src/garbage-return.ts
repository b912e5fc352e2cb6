import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

const LOOK_EVERY_MS = 2000;
/** A thread that has done something in less than this share of the time is at rest. */
const REST_SHARE = 0.05;
/** A heap that has grown by less is left alone: to look through it costs time as well. */
const WORTH_BYTES = 16 * 1024 ** 2;

/** A thread, the main one or another. */
export interface ObservedThread {
  /** For how long it has done something, in ms. */
  readonly busyMs: () => number;
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
  #busyMs: number;
  #keptBytes = 0;

  constructor(thread: ObservedThread) {
    this.#thread = thread;
    this.#busyMs = thread.busyMs();
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  /** Does so for the thread that calls, where Node was started with `--expose-gc`. */
  static begin(): GarbageReturn | undefined {
    const { gc } = globalThis;
    return (
      gc &&
      new GarbageReturn({
        busyMs: ownBusyMs,
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
    const { busyMs, collect, heapBytes } = this.#thread;
    const before = this.#busyMs;
    this.#busyMs = busyMs();
    const isAtRest = this.#busyMs - before < REST_SHARE * LOOK_EVERY_MS;
    if (!isAtRest || heapBytes() < this.#keptBytes + WORTH_BYTES) return;
    collect();
    this.#keptBytes = heapBytes();
    this.#busyMs = busyMs();
  }
}

function ownBusyMs(): number {
  return performance.eventLoopUtilization().active;
}

function ownHeapBytes(): number {
  return getHeapStatistics().total_heap_size;
}

function collectAll(gc: NodeJS.GCFunction): void {
  // Any other flavor keeps the freed pages for what may come.
  gc({ type: 'major', flavor: 'last-resort', execution: 'sync' });
}
