import { statSync } from 'node:fs';

/** As often as gitlab-runner looks. */
const LOOK_EVERY_MS = 3000;

/**
 * Notices that a file was changed or replaced. It is looked at by its name, since editors write
 * a new file; and compared with how it was before the first reading, so that no change is missed.
 */
export class ConfigWatch implements Disposable {
  readonly #file: string;
  #state: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** To be made before the file is read. */
  constructor(file: string) {
    this.#file = file;
    this.#state = stateOf(file);
  }

  /** Begins to call back at changes. */
  start(onChange: () => void): this {
    this.#timer = setInterval(() => {
      const state = stateOf(this.#file);
      if (state === this.#state) return;
      this.#state = state;
      // While it is being replaced it may be gone for a moment.
      if (state !== undefined) onChange();
    }, LOOK_EVERY_MS);
    this.#timer.unref();
    return this;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

function stateOf(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat && `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
}
