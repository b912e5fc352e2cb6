import { createRequire } from 'node:module';

import type * as Undici from 'undici';

const require = createRequire(import.meta.url);
let loaded: typeof Undici | undefined;

/**
 * undici, from the first request on, or from when there was time for it. Most threads ask GitLab
 * for nothing, and it takes longer to load than all else that they need.
 */
export function undici(): typeof Undici {
  loaded ??= require('undici') as typeof Undici;
  return loaded;
}

/** Loads undici while something else is waited for; the first request does so otherwise. */
export function loadHttp(): void {
  undici();
}
