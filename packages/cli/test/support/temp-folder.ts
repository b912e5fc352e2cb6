import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of a test's own, removed after it. */
export class TempFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'fellrunner-cli-'));

  file(name: string): string {
    return join(this.path, name);
  }

  write(name: string, text: string, mode = 0o600): string {
    writeFileSync(this.file(name), text);
    chmodSync(this.file(name), mode);
    return this.file(name);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });
  }
}
