const ONLINE_MS = 2 * 60 * 60 * 1000;
const STALE_MS = 7 * 24 * 60 * 60 * 1000;

/** What a status is told from: a runner, or one of its managers. */
export interface Contacted {
  readonly createdAt: number;
  readonly contactedAt: number | undefined;
}

export function isOnline({ contactedAt }: Contacted, now: number): boolean {
  return contactedAt !== undefined && contactedAt > now - ONLINE_MS;
}

/** Heard of long ago; a stale runner is offline, too. */
export function isOffline({ contactedAt }: Contacted, now: number): boolean {
  return contactedAt !== undefined && contactedAt <= now - ONLINE_MS;
}

export function isStale({ createdAt, contactedAt = createdAt }: Contacted, now: number): boolean {
  return Math.max(createdAt, contactedAt) <= now - STALE_MS;
}

/** A stale runner is so whether it is paused or not; `paused` says so of runners alone. */
export function statusOf(contacted: Contacted, now: number, paused: boolean): string {
  if (isStale(contacted, now)) return 'stale';
  if (contacted.contactedAt === undefined) return 'never_contacted';
  if (paused) return 'paused';
  return isOnline(contacted, now) ? 'online' : 'offline';
}
