import type { JobExecutor } from '@fellrunner/core';

import { createShellExecutor } from './shell/shell-executor.ts';
import type { ShellOptions } from './shell/shell-options.ts';

export type { ShellOptions } from './shell/shell-options.ts';

/**
 * The shell executor as the engine loads it in a job's thread.
 *
 * @throws RunnerError `CONFIG_INVALID` where the options cannot be used on this machine.
 */
export default function shell(options: ShellOptions): JobExecutor {
  return createShellExecutor(options);
}
