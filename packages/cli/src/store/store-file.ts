import { join } from 'node:path';

/** What decides where a store lies when nobody says so. */
export interface StoreSurroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  /** Undefined where the system has no user ids. */
  readonly userId: number | undefined;
}

/** One store for all runners of a user: `/var/lib` for root, else below the XDG state folder. */
export function defaultStoreFile({ env, home, userId }: StoreSurroundings): string {
  const configured = env['XDG_STATE_HOME'];
  const base =
    userId === 0
      ? '/var/lib'
      : // The XDG specification: what is not absolute is to be ignored.
        configured?.startsWith('/') === true
        ? configured
        : join(home, '.local', 'state');
  return join(base, 'fellrunner', 'fellrunner.db');
}
