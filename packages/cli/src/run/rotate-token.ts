import { isRunnerError, messageOf, Secret, type TlsFiles } from '@fellrunner/core';

import {
  editConfigFile,
  rehearseEdit,
  setRunnerToken,
  type ConfigEdit,
} from '../config/edit-config-file.ts';
import { withGitLab } from '../management/with-gitlab.ts';

/** A token that stands in a file which may be changed. */
export interface RotatableToken {
  readonly token: Secret;
  readonly file: string;
  readonly url: string;
  readonly tls: TlsFiles;
  /** Asks GitLab whether the token is good; rejects with a RunnerError where it is not. */
  readonly verify: () => Promise<unknown>;
  /** Whether an earlier attempt has asked GitLab and heard nothing. */
  readonly wasAsked: boolean;
  /** Told before GitLab is asked: from then on the token may be void. */
  readonly onAsking: () => Promise<void>;
}

/** How an attempt to get another token ended. */
export type Rotation =
  | { readonly kind: 'rotated'; readonly expiresAt: Date | undefined }
  /** The token is as good as it was, or nobody knows. */
  | { readonly kind: 'put-off'; readonly why: string; readonly mayBeVoid: boolean }
  /** GitLab has made another token, and the answer with it was lost. */
  | { readonly kind: 'lost' }
  /** The new token is known here alone; {@link Unwritten.write} is to be tried until it succeeds. */
  | Unwritten;

export interface Unwritten {
  readonly kind: 'unwritten';
  readonly why: string;
  readonly expiresAt: Date | undefined;
  /** @throws RunnerError `CONFIG_INVALID` */
  readonly write: () => void;
}

/**
 * Gets a new token for an old one and puts it in the old one's place. GitLab voids the old one
 * as it answers, so everything that can fail here is tried before it is asked.
 */
export async function rotateToken(rotatable: RotatableToken): Promise<Rotation> {
  const { file, onAsking, tls, token: from, url, wasAsked } = rotatable;
  const change = (to: Secret, expiresAt: Date | undefined): ConfigEdit =>
    setRunnerToken({ from, to, obtainedAt: new Date(), expiresAt });
  const obstacle = failureOf(() => rehearseEdit(file, change(from, undefined)));
  if (obstacle !== undefined) return { kind: 'put-off', why: obstacle, mayBeVoid: wasAsked };
  if (wasAsked) {
    const doubt = await doubtOf(rotatable);
    if (doubt !== undefined) return doubt;
  }
  await onAsking();
  try {
    const issued = await withGitLab({ url, tls }, (gitlab) =>
      gitlab.runnerByToken(from.reveal()).resetToken(),
    );
    const { expiresAt } = issued;
    const to = new Secret(issued.token.reveal());
    const write = (): void => editConfigFile(file, change(to, expiresAt));
    const why = failureOf(write);
    return why === undefined
      ? { kind: 'rotated', expiresAt }
      : { kind: 'unwritten', why, expiresAt, write };
  } catch (error) {
    if (!isRunnerError(error)) throw error;
    const doubt = await doubtOf(rotatable);
    return doubt ?? { kind: 'put-off', why: error.message, mayBeVoid: false };
  }
}

/** What speaks against the old token; undefined where GitLab still takes it. */
async function doubtOf({ verify }: RotatableToken): Promise<Rotation | undefined> {
  try {
    await verify();
    return undefined;
  } catch (error) {
    if (!isRunnerError(error)) throw error;
    if (error.code === 'GITLAB_UNAUTHORIZED') return { kind: 'lost' };
    return { kind: 'put-off', why: error.message, mayBeVoid: true };
  }
}

function failureOf(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
