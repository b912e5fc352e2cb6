import { emulatorCommand } from '@fellrunner/emulator';

import { ExitCode } from '../exit-code.ts';

/** The options of `fellrunner emulator`; times in milliseconds. */
export interface EmulatorFlags {
  readonly listen?: string;
  readonly pipeline?: string;
  readonly updateInterval?: number;
  readonly longPoll?: number;
}

/** Serves a GitLab until a signal comes. */
export async function emulator(flags: EmulatorFlags): Promise<ExitCode> {
  const { listen, longPoll, pipeline, updateInterval } = flags;
  const ender = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGHUP'] as const) {
    process.on(signal, () => ender.abort());
  }
  const options = {
    ...(listen !== undefined && { listen }),
    ...(pipeline !== undefined && { pipeline }),
    ...(updateInterval !== undefined && { updateIntervalS: updateInterval / 1000 }),
    ...(longPoll !== undefined && { longPollS: longPoll / 1000 }),
  };
  await emulatorCommand(options, { stdout: process.stdout, signal: ender.signal });
  return ExitCode.done;
}
