import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** What decides where a configuration lies when nobody says so. */
export interface ConfigSurroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  /** Undefined where the system has no user ids. */
  readonly userId: number | undefined;
}

/** The `config.toml` that was named, or the user's own; absolute. */
export function configFile(named: string | undefined): string {
  if (named !== undefined && named !== '') return resolve(named);
  return defaultConfigFile({ env: process.env, home: homedir(), userId: process.getuid?.() });
}

/**
 * Below `/etc` for root, else below the XDG configuration folder. It is never gitlab-runner's
 * own: that would run the same runners beside us.
 */
export function defaultConfigFile({ env, home, userId }: ConfigSurroundings): string {
  const configured = env['XDG_CONFIG_HOME'];
  const base = configured?.startsWith('/') === true ? configured : join(home, '.config');
  return join(userId === 0 ? '/etc' : base, 'fellrunner', 'config.toml');
}
