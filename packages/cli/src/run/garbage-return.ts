import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const LOOK_EVERY_MS = 2000;
/** CPU time between two looks, of the whole process, beneath which it counts as at rest. */
const REST_CPU_MS = 60;
/** A heap that has grown by less is left alone: to look through it costs time as well. */
const WORTH_BYTES = 16 * 1024 ** 2;

/** The process as it is seen from here. */
export interface ObservedProcess {
  readonly cpuMs: () => number;
  readonly heapBytes: () => number;
  /** Frees what nobody needs any more, and gives it back to the system. */
  readonly collect: () => void;
}

/**
 * Gives memory back once a rush is over. V8 looks for garbage when it wants more room; a thousand
 * jobs that only wait want none, so that what their beginning has left would stay for hours.
 */
export class GarbageReturn implements Disposable {
  readonly #process: ObservedProcess;
  readonly #timer: NodeJS.Timeout;
  #cpuMs: number;
  #keptBytes = 0;

  constructor(observed: ObservedProcess = thisProcess()) {
    this.#process = observed;
    this.#cpuMs = observed.cpuMs();
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  /** Called every two seconds. */
  look(): void {
    const { collect, cpuMs, heapBytes } = this.#process;
    const before = this.#cpuMs;
    this.#cpuMs = cpuMs();
    const isAtRest = this.#cpuMs - before < REST_CPU_MS;
    if (!isAtRest || heapBytes() < this.#keptBytes + WORTH_BYTES) return;
    collect();
    this.#keptBytes = heapBytes();
    this.#cpuMs = cpuMs();
  }
}

function thisProcess(): ObservedProcess {
  // By a flag of Node's the function would be every handler's.
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as NodeJS.GCFunction;
  return {
    cpuMs: () => {
      const { system, user } = process.cpuUsage();
      return (system + user) / 1000;
    },
    heapBytes: () => getHeapStatistics().total_heap_size,
    collect: () => gc({ type: 'major', flavor: 'last-resort', execution: 'sync' }),
  };
}
