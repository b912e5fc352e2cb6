import { open, rm } from 'node:fs/promises';

import {
  faultPoint,
  isRunnerError,
  uploadArtifact,
  type ArtifactAnswer,
  type ArtifactEntry,
  type GitLabClient,
  type JobCredentials,
  type PackedArtifact,
  type Clock,
} from '@fellrunner/core';

import { Backoff } from './backoff.ts';
import type { JobAcceptance } from './job-acceptance.ts';
import { readInParts } from './trace/large-piece.ts';
import { waitUntil } from './wait-until.ts';

export interface ArtifactDelivery {
  readonly client: GitLabClient;
  readonly clock: Clock;
  readonly job: JobCredentials;
  readonly entry: Pick<ArtifactEntry, 'type' | 'format' | 'expireIn'>;
  readonly packed: PackedArtifact;
  readonly acceptance: JobAcceptance;
  readonly signal: AbortSignal;
  readonly onTrouble: (why: string) => void;
}

export type ArtifactEnd =
  | { readonly kind: 'uploaded' }
  | { readonly kind: 'refused'; readonly status: number; readonly message: string }
  | { readonly kind: 'gone'; readonly status: number; readonly jobStatus: string | undefined };

const MOST_REDIRECTS = 5;

/** Uploads a packed artifact until the server answers; what it accepted once is not sent again. */
export async function deliverArtifact(delivery: ArtifactDelivery): Promise<ArtifactEnd> {
  const { acceptance, clock, packed, signal, onTrouble } = delivery;
  const backoff = new Backoff({ firstMs: 1000, mostMs: 60_000 });
  let at: URL | undefined;
  for (let redirects = 0; ;) {
    const answer = await attempt(delivery, at);
    switch (answer.kind) {
      case 'accepted':
        await rm(packed.file, { force: true });
        return { kind: 'uploaded' };
      case 'too-large':
        return { kind: 'refused', status: 413, message: 'Request Entity Too Large' };
      case 'moved':
        at = answer.to;
        redirects += 1;
        if (redirects > MOST_REDIRECTS)
          return { kind: 'refused', status: 307, message: 'redirected in a circle' };
        break;
      case 'refused':
        return answer;
      case 'gone':
        return answer;
      case 'unaccepted': {
        // A short job may be here before the word that it is run has arrived.
        const accepted = await acceptance.accept();
        if (accepted === 'refused') return { kind: 'gone', status: 409, jobStatus: undefined };
        if (accepted === 'accepted') break;
        onTrouble('GitLab does not take the job up');
        await waitUntil(clock, clock.now() + backoff.next(), signal);
        break;
      }
      case 'unreachable':
        onTrouble(answer.message);
        await waitUntil(clock, clock.now() + backoff.next(), signal);
        break;
      case 'busy':
        onTrouble(`GitLab answers ${answer.status} to an artifact`);
        await waitUntil(clock, clock.now() + backoff.next(answer.retryAfterMs), signal);
    }
  }
}

async function attempt(
  { client, entry, job, packed, signal }: ArtifactDelivery,
  at: URL | undefined,
): Promise<ArtifactAnswer | { kind: 'unreachable'; message: string }> {
  const content = readWhole(packed);
  try {
    faultPoint('before-upload');
    const upload = { ...job, ...entry, filename: packed.filename, content, at };
    const answer = await uploadArtifact(client, upload, signal);
    faultPoint('after-upload');
    return answer;
  } catch (error) {
    if (!isRunnerError(error)) throw error;
    return { kind: 'unreachable', message: error.message };
  }
}

/** An archive's bytes, read while they are sent. */
async function* readWhole({ bytes, file }: PackedArtifact): AsyncGenerator<Uint8Array> {
  if (bytes === 0) return;
  await using handle = await open(file);
  yield* readInParts({
    offset: 0,
    length: bytes,
    readInto: async (buffer, at) =>
      buffer.subarray(0, (await handle.read(buffer, 0, buffer.length, at)).bytesRead),
  });
}
