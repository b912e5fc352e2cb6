import { startEmulator, type Emulator, type Settings } from '@fellrunner/emulator';

/**
 * A busy GitLab behind Workhorse, which holds requests for jobs; it takes a result at once, so
 * that the time in which a server stores logs is not measured.
 */
export const SETTINGS: Partial<Settings> = {
  live_trace: false,
  long_poll_s: 50,
  max_trace_bytes: 0,
  update_interval_s: 3,
};

/** A GitLab for one measurement, in this process, which sees the time of whatever arrives. */
export function startGitLab(changes: Partial<Settings> = {}): Promise<Emulator> {
  return startEmulator({ settings: { ...SETTINGS, ...changes } });
}
