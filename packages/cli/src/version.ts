import { readFileSync } from 'node:fs';

/** The package's version; read here, since `--version` must not wait for the engine to load. */
export function packageVersion(): string {
  const file = new URL('../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  return version;
}
