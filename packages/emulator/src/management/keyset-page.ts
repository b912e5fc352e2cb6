import type { Call } from '../http/call.ts';
import { invalidParameter } from '../http/refusal.ts';
import { json, type Reply } from '../http/reply.ts';
import type { World } from '../world/world.ts';
import { addressOf, perPageOf } from './offset-page.ts';

export interface KeysetPage<T> {
  /** In the order of their ids, whichever direction. */
  readonly items: readonly T[];
  readonly direction: 'asc' | 'desc';
  readonly present: (items: readonly T[]) => unknown[];
}

/** The page behind the cursor; only a link leads to the next one. */
export function keysetPage<T extends { readonly id: number }>(
  world: World,
  call: Call,
  { items, direction, present }: KeysetPage<T>,
): Reply {
  const perPage = perPageOf(call);
  const after = parseCursor(call.parameters.string('cursor'));
  const rest = items.filter(({ id }) => isBehind(id, after, direction));
  const page = rest.slice(0, perPage);
  const last = page.at(-1);
  if (last === undefined || rest.length <= perPage) return json(200, present(page));
  const address = addressOf(world, call, {
    cursor: encodeCursor(last.id),
    pagination: 'keyset',
    per_page: String(perPage),
  });
  return json(200, present(page), { Link: `<${address}>; rel="next"` });
}

function isBehind(id: number, after: number | undefined, direction: 'asc' | 'desc'): boolean {
  if (after === undefined) return true;
  return direction === 'asc' ? id > after : id < after;
}

function encodeCursor(id: number): string {
  return Buffer.from(JSON.stringify({ id: String(id), _kd: 'n' })).toString('base64url');
}

function parseCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined || cursor === '') return undefined;
  const id = /"id":"(\d+)"/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  if (id === undefined) throw invalidParameter('cursor is invalid');
  return Number(id);
}
