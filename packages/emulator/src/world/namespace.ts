import type { User } from './user.ts';

/** Guest 10, Reporter 20, Developer 30, Maintainer 40, Owner 50. */
export type AccessLevel = number;
export const MAINTAINER: AccessLevel = 40;
export const OWNER: AccessLevel = 50;
export const REPORTER: AccessLevel = 20;

/** A group, or a user's own namespace, in which projects lie. */
export interface Namespace {
  readonly id: number;
  readonly kind: 'group' | 'user';
  readonly path: string;
  readonly name: string;
  readonly fullPath: string;
  readonly parent: Namespace | undefined;
  readonly members: Map<number, AccessLevel>;
  readonly createdAt: number;
  runnersToken: string;
}

/** The namespace and all above it, nearest first. */
export function lineage(namespace: Namespace): Namespace[] {
  return namespace.parent === undefined ? [namespace] : [namespace, ...lineage(namespace.parent)];
}

export function rootOf(namespace: Namespace): Namespace {
  return namespace.parent === undefined ? namespace : rootOf(namespace.parent);
}

/** What a user may do in a group: the highest level of the group and its ancestors; 0 for strangers. */
export function accessToNamespace(user: User, namespace: Namespace): AccessLevel {
  if (user.admin) return OWNER;
  return Math.max(0, ...lineage(namespace).map(({ members }) => members.get(user.id) ?? 0));
}
