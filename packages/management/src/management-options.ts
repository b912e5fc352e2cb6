import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, type Dispatcher } from 'undici';
import { invalidArgument } from './management-error.ts';
import { resolveRetries, type RetryOptions, type RetryPolicy } from './retry-policy.ts';
import { toSecret, type Secret, type TokenInput } from './secret.ts';

/** Waits between two tries; ends early by the signal, with its reason. */
export type Wait = (ms: number, signal: AbortSignal | undefined) => Promise<void>;

export interface ManagementOptions {
  /** The server's address, with or without `/api/v4`. */
  readonly url: string;
  /** A personal, group or project access token; calls by a runner's own token need none. */
  readonly token?: TokenInput;
  /** `oauth` for a token that is sent as `Authorization: Bearer`. */
  readonly tokenType?: 'private' | 'oauth';
  readonly retries?: RetryOptions;
  /** How long an answer may take to begin, and to go on; 60,000 unless given. */
  readonly timeoutMs?: number;
  /** Ends every call that is under way, and the waits between tries. */
  readonly signal?: AbortSignal;
  readonly userAgent?: string;
  /** What connections are made with: CA, client certificate, proxy. It stays the caller's to close. */
  readonly dispatcher?: Dispatcher;
  /** How to wait between two tries: for those who have a clock of their own. */
  readonly wait?: Wait;
}

export interface ManagementConfig {
  readonly url: string;
  readonly token: Secret | undefined;
  readonly tokenType: 'private' | 'oauth';
  readonly retries: RetryPolicy;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly userAgent: string;
  readonly dispatcher: Dispatcher;
  /** Whether the dispatcher is to be closed with the client. */
  readonly ownsDispatcher: boolean;
  readonly wait: Wait;
}

/** @throws ManagementError `CONFIG_INVALID` */
export function resolveOptions(options: ManagementOptions): ManagementConfig {
  const timeoutMs = options.timeoutMs ?? 60_000;
  const { token, dispatcher } = options;
  return {
    url: parseUrl(options.url),
    token: token === undefined ? undefined : parseToken(token),
    tokenType: options.tokenType ?? 'private',
    retries: resolveRetries(options.retries),
    timeoutMs,
    signal: options.signal,
    userAgent: options.userAgent ?? 'fellrunner-management',
    dispatcher: dispatcher ?? new Agent({ connect: { timeout: timeoutMs } }),
    ownsDispatcher: dispatcher === undefined,
    wait: options.wait ?? waitByTimer,
  };
}

/**
 * A token fit for a header.
 *
 * @throws ManagementError `CONFIG_INVALID`, without the token
 */
export function parseToken(token: TokenInput): Secret {
  const secret = toSecret(token);
  if (!/^[\x21-\x7e]+$/.test(secret.reveal())) {
    throw invalidArgument('The token is empty, or has spaces or line breaks in it.');
  }
  return secret;
}

function parseUrl(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw invalidArgument(
      `"${url}" is no address of a GitLab; it looks like https://gitlab.example.com.`,
    );
  }
  return url
    .replace(/\/+$/, '')
    .replace(/\/api\/v4$/, '')
    .replace(/\/+$/, '');
}

async function waitByTimer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal });
}
