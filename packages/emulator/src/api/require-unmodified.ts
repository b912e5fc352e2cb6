import type { Call } from '../http/call.ts';
import { refused } from '../http/refusal.ts';

/** Heeds `If-Unmodified-Since` before something is deleted; its precision is a second. */
export function requireUnmodified(call: Call, updatedAt: number): void {
  const since = Date.parse(call.header('if-unmodified-since') ?? '');
  if (Number.isNaN(since) || Math.floor(updatedAt / 1000) * 1000 <= since) return;
  throw refused(412, '412 Precondition Failed');
}
