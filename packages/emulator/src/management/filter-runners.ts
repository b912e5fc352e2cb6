import type { Parameters } from '../http/parameters.ts';
import { invalidParameter, refused } from '../http/refusal.ts';
import type { Runner } from '../world/runner.ts';
import { isOffline, isOnline, isStale } from './runner-status.ts';
import { matchesVersionPrefix } from './version-prefix.ts';

const types = ['instance_type', 'group_type', 'project_type'] as const;
const statuses = ['active', 'paused', 'online', 'offline', 'never_contacted', 'stale'] as const;
const scopes = ['specific', 'shared', ...types, ...statuses] as const;

/** What the deprecated `scope` may be: all, the statuses alone (`GET /runners`), or nothing. */
export type ScopeRule = 'any' | 'statuses' | 'none';

type Predicate = (runner: Runner, now: number) => boolean;

const predicates: Record<(typeof scopes)[number], Predicate> = {
  specific: ({ type }) => type !== 'instance_type',
  shared: ({ type }) => type === 'instance_type',
  instance_type: ({ type }) => type === 'instance_type',
  group_type: ({ type }) => type === 'group_type',
  project_type: ({ type }) => type === 'project_type',
  active: ({ attributes }) => !attributes.paused,
  paused: ({ attributes }) => attributes.paused,
  online: isOnline,
  offline: isOffline,
  never_contacted: ({ contactedAt }) => contactedAt === undefined,
  stale: isStale,
};

/** Reads the filters of a list at once, so that a wrong one is refused whatever there is to list. */
export function parseFilter(parameters: Parameters, scopeRule: ScopeRule): Predicate {
  const type = parameters.oneOf('type', types);
  const status = parameters.oneOf('status', statuses);
  const paused = parameters.boolean('paused');
  const tags = parameters.list('tag_list') ?? [];
  const version = parseVersionPrefix(parameters);
  const wanted: Predicate[] = [
    ...[parseScope(parameters, scopeRule), type, status]
      .filter((name) => name !== undefined)
      .map((name) => predicates[name]),
    ...(paused === undefined ? [] : [predicates[paused ? 'paused' : 'active']]),
    ({ attributes }) => tags.every((tag) => attributes.tags.includes(tag)),
    (runner) => version === undefined || matchesVersionPrefix(runner, version),
  ];
  return (runner, now) => wanted.every((holds) => holds(runner, now));
}

function parseScope(parameters: Parameters, rule: ScopeRule): (typeof scopes)[number] | undefined {
  if (rule === 'none') return undefined;
  const scope = parameters.oneOf('scope', scopes);
  const allowed: readonly string[] = rule === 'any' ? scopes : statuses;
  if (scope !== undefined && !allowed.includes(scope))
    throw refused(400, 'Scope contains invalid value');
  return scope;
}

function parseVersionPrefix(parameters: Parameters): string | undefined {
  const prefix = parameters.string('version_prefix');
  if (prefix !== undefined && !/^[\d+.]+/.test(prefix)) {
    throw invalidParameter('version_prefix is invalid');
  }
  return prefix;
}
