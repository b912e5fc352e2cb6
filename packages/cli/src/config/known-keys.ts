import { readKeys } from './config-schema.ts';
import { nearestWord } from './nearest-word.ts';
import type { TomlPath } from './toml-lines.ts';

/** gitlab-runner's own keys that mean nothing here. */
const UNUSED_GLOBAL = [
  'sentry_dsn',
  'connection_max_age',
  'session_server',
  'machine',
  'experimental',
];

const UNUSED_RUNNER = [
  'strict_check_interval',
  'unhealthy_requests_limit',
  'unhealthy_interval',
  'job_status_final_update_retry_limit',
  'proxy_exec',
  'prepare_timeout',
  'get_sources_timeout',
  'safe_directory_checkout',
  'clean_git_config',
  'use_slot_cgroups',
  'slot_cgroup_template',
  'step_runner_image',
  'allowed_images',
  'referees',
  'cache',
  'artifact',
  'monitoring',
  'instance',
  'ssh',
  'docker',
  'parallels',
  'virtualbox',
  'machine',
  'kubernetes',
  'custom',
  'autoscaler',
  'experimental',
];

/** What `gitlab-runner register` notes of a runner: a fact, no setting. */
const NOTED = ['id'];

/** A key that nothing knows, and where it is. */
export interface UnknownKey {
  readonly key: string;
  readonly path: TomlPath;
  /** As `[[runners]]`; empty for the document itself. */
  readonly table: string;
  readonly nearest: string | undefined;
}

/** What a document has besides what is read of it. */
export interface OtherKeys {
  readonly unknown: readonly UnknownKey[];
  /** gitlab-runner's, each once. */
  readonly unused: readonly string[];
}

/** Tells a typing error from a key that gitlab-runner would have used. */
export function findOtherKeys(document: Readonly<Record<string, unknown>>): OtherKeys {
  const unknown: UnknownKey[] = [];
  const unused = new Set<string>();
  const look = (value: unknown, path: TomlPath, { table, read, ignored }: KnownKeys): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      if (read.includes(key) || NOTED.includes(key)) continue;
      if (ignored.includes(key)) unused.add(key);
      else {
        const nearest = nearestWord(key, [...read, ...ignored]);
        unknown.push({ key, path: [...path, key], table, nearest });
      }
    }
  };
  look(document, [], { table: '', read: readKeys.global, ignored: UNUSED_GLOBAL });
  const runners = Array.isArray(document['runners']) ? (document['runners'] as unknown[]) : [];
  for (const [index, runner] of runners.entries()) {
    const path = ['runners', index];
    look(runner, path, { table: '[[runners]]', read: readKeys.runner, ignored: UNUSED_RUNNER });
    if (typeof runner !== 'object' || runner === null || !('info' in runner)) continue;
    look(runner.info, [...path, 'info'], {
      table: '[runners.info]',
      read: readKeys.info,
      ignored: [],
    });
  }
  return { unknown, unused: [...unused] };
}

interface KnownKeys {
  readonly table: string;
  readonly read: readonly string[];
  readonly ignored: readonly string[];
}
