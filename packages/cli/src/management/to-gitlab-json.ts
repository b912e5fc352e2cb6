import { Secret } from '@fellrunner/management';

/** Where GitLab's name is another one than the client's in small letters. */
const GITLAB_NAMES: Readonly<Record<string, string>> = {
  tags: 'tag_list',
  maximumTimeoutS: 'maximum_timeout',
  durationS: 'duration',
  queuedDurationS: 'queued_duration',
  isTag: 'tag',
  fullPath: 'path_with_namespace',
  sha: 'id',
  expiresAt: 'token_expires_at',
};

/** Only a runner itself has a type. */
const RUNNER_TYPE = /^(?:instance|group|project)_type$/;

/**
 * What the client returned, with the names of GitLab's own answers, so that scripts made for the
 * API go on to work. What GitLab does not say is null. A token is in it only where the command is
 * there to tell it.
 */
export function toGitLabJson(value: unknown): unknown {
  if (value === undefined) return null;
  if (Array.isArray(value)) return value.map(toGitLabJson);
  if (value instanceof Secret) return value.reveal();
  if (value instanceof Date || typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]: [string, unknown]) => [
    toGitLabName(key, inner),
    toGitLabJson(inner),
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

function toGitLabName(key: string, value: unknown): string {
  if (key === 'type' && typeof value === 'string' && RUNNER_TYPE.test(value)) return 'runner_type';
  return GITLAB_NAMES[key] ?? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
