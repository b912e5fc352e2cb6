import { execFile } from 'node:child_process';

/** Below this it is not worth a process. */
const WORTHWHILE_BYTES = 64 * 1024 * 1024;

/**
 * Gives the beginning of a file back to the disk, while the file keeps its size: Node has no call
 * for it, util-linux has. Where that or the file system cannot, the space is free after the job.
 */
export class GivenBack {
  readonly #path: string;
  #upTo = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** What lies before is not needed any more. */
  giveBack(upTo: number): void {
    const from = this.#upTo;
    if (upTo - from < WORTHWHILE_BYTES) return;
    this.#upTo = upTo;
    const length = String(upTo - from);
    const args = ['--punch-hole', '--offset', String(from), '--length', length, this.#path];
    execFile('fallocate', args, () => undefined).unref();
  }
}
