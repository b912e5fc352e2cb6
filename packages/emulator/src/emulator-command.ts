import { once } from 'node:events';
import { startEmulator } from './emulator.ts';

/** The options of `fellrunner emulator`, parsed. */
export interface EmulatorCommandOptions {
  /** `ADDR:PORT`, by default a free port of the loopback address; IPv6 addresses in brackets. */
  readonly listen?: string;
  /** A folder with a repository whose `.gitlab-ci.yml` is run at once. */
  readonly pipeline?: string;
  readonly updateIntervalS?: number;
  readonly longPollS?: number;
}

export interface EmulatorCommandIo {
  readonly stdout: { write(text: string): unknown };
  /** Ends the command. */
  readonly signal: AbortSignal;
}

/**
 * Prints one line of JSON (`url`, `runnerToken`, `adminToken`, `registrationToken`) and serves until
 * the signal aborts.
 *
 * @throws where the address cannot be used, or the pipeline is refused.
 */
export async function emulatorCommand(
  options: EmulatorCommandOptions,
  { stdout, signal }: EmulatorCommandIo,
): Promise<void> {
  const { updateIntervalS, longPollS, pipeline } = options;
  await using emulator = await startEmulator({
    ...parseListen(options.listen),
    settings: {
      ...(updateIntervalS === undefined ? {} : { update_interval_s: updateIntervalS }),
      ...(longPollS === undefined ? {} : { long_poll_s: longPollS }),
    },
  });
  if (pipeline !== undefined) emulator.pipeline({ path: pipeline });
  const { url, runnerToken, adminToken, registrationToken } = emulator;
  stdout.write(`${JSON.stringify({ url, runnerToken, adminToken, registrationToken })}\n`);
  if (!signal.aborted) await once(signal, 'abort');
}

function parseListen(listen = '127.0.0.1:0'): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(listen);
  if (match === null) throw new Error(`${listen} is no ADDR:PORT`);
  const [, ipv6, name = '', port] = match;
  return { host: ipv6 ?? (name || '127.0.0.1'), port: Number(port) };
}
