import { readFileSync, statSync } from 'node:fs';

/** Where SQLite locks a byte of the file for as long as somebody may write. */
const RESERVED_BYTE = '1073741825';
const LOOK_EACH_MS = 3;

/**
 * Looks every few milliseconds who has a store's lock. It reads the kernel's own list, so that
 * it takes no lock itself and is in nobody's way.
 */
export class LockWatch implements Disposable {
  readonly #file: string;
  readonly #timer: NodeJS.Timeout;
  #holder: string | undefined;
  #heldAt: number | undefined;
  /** The longest from one holder's last sight to the next one's first. */
  longestGapMs = 0;
  looks = 0;

  constructor(store: string) {
    this.#file = `${store}.lock`;
    this.#timer = setInterval(() => this.#look(), LOOK_EACH_MS);
  }

  /** The pid of whoever has the lock, when it was last looked at. */
  get holder(): string | undefined {
    return this.#holder;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    const holder = holderOf(this.#file);
    const isTheSame = holder !== undefined && holder === this.#holder;
    if (this.#heldAt !== undefined && !isTheSame) {
      this.longestGapMs = Math.max(this.longestGapMs, now - this.#heldAt);
    }
    if (holder !== undefined) this.#heldAt = now;
    this.#holder = holder;
    this.looks += 1;
  }
}

function holderOf(file: string): string | undefined {
  const inode = statSync(file, { throwIfNoEntry: false })?.ino;
  return readFileSync('/proc/locks', 'latin1')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(
      ([, , , mode, , place = '', from]) =>
        mode === 'WRITE' && from === RESERVED_BYTE && place.endsWith(`:${inode}`),
    )?.[4];
}
