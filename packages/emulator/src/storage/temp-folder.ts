import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The emulator's one folder on disk: made when something is stored, and gone once removed. */
export class TempFolder {
  #path: string | undefined;
  #names = 0;

  get path(): string {
    this.#path ??= mkdtempSync(join(tmpdir(), 'gitlab-emulator-'));
    return this.#path;
  }

  /** A path in the folder that nobody has been given before. */
  newPath(kind: string): string {
    this.#names += 1;
    return join(this.path, `${kind}-${this.#names}`);
  }

  newFolder(kind: string): string {
    const path = this.newPath(kind);
    mkdirSync(path);
    return path;
  }

  remove(): void {
    if (this.#path !== undefined) rmSync(this.#path, { recursive: true, force: true });
    this.#path = undefined;
  }
}
