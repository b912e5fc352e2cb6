import { unwatchFile, watchFile } from 'node:fs';

/** As often as gitlab-runner looks. */
const LOOK_EVERY_MS = 3000;

/** Calls back when a file was changed, replaced or made; it is looked at, since editors replace files. */
export function watchConfig(file: string, onChange: () => void): Disposable {
  const look = (now: { mtimeMs: number }, before: { mtimeMs: number }): void => {
    if (now.mtimeMs !== 0 && now.mtimeMs !== before.mtimeMs) onChange();
  };
  watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, look);
  return { [Symbol.dispose]: () => unwatchFile(file, look) };
}
