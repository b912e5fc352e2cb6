import type { Call } from '../http/call.ts';
import { invalidParameter } from '../http/refusal.ts';
import { json, type Reply } from '../http/reply.ts';
import type { World } from '../world/world.ts';

const DEFAULT_PER_PAGE = 20;
const MAX_PER_PAGE = 100;
/** Beyond it GitLab does not count. */
const COUNT_LIMIT = 10_000;

export interface OffsetPage<T> {
  readonly items: readonly T[];
  /** Makes the entities of the page, and of nothing else. */
  readonly present: (items: readonly T[]) => unknown[];
  /** False where GitLab spares itself the counting. */
  readonly counted?: boolean;
}

/** One page of a list, with GitLab's headers that lead to the others. */
export function offsetPage<T>(
  world: World,
  call: Call,
  { items, present, counted = true }: OffsetPage<T>,
): Reply {
  const page = Math.max(call.parameters.integer('page') ?? 1, 1);
  const perPage = perPageOf(call);
  const lastPage = Math.max(Math.ceil(items.length / perPage), 1);
  const next = page < lastPage ? page + 1 : undefined;
  const previous = page > 1 && page <= lastPage ? page - 1 : undefined;
  const shownTotal = counted && items.length <= COUNT_LIMIT;
  const links = { prev: previous, next, first: 1, ...(shownTotal ? { last: lastPage } : {}) };
  const start = (page - 1) * perPage;
  return json(200, present(items.slice(start, start + perPage)), {
    Link: linksOf(world, call, perPage, links),
    'X-Next-Page': String(next ?? ''),
    'X-Page': String(page),
    'X-Per-Page': String(perPage),
    'X-Prev-Page': String(previous ?? ''),
    ...(shownTotal ? { 'X-Total': String(items.length), 'X-Total-Pages': String(lastPage) } : {}),
  });
}

export function perPageOf({ parameters }: Call): number {
  const perPage = parameters.integer('per_page') ?? DEFAULT_PER_PAGE;
  if (perPage === 0) throw invalidParameter('per_page has a value not allowed');
  return perPage < 0 ? DEFAULT_PER_PAGE : Math.min(perPage, MAX_PER_PAGE);
}

function linksOf(
  world: World,
  call: Call,
  perPage: number,
  pages: Readonly<Record<string, number | undefined>>,
): string {
  return Object.entries(pages)
    .filter(([, page]) => page !== undefined)
    .map(([rel, page]) => {
      const address = addressOf(world, call, { page: String(page), per_page: String(perPage) });
      return `<${address}>; rel="${rel}"`;
    })
    .join(', ');
}

/** The request's own address with other parameters; a token in it is not repeated. */
export function addressOf(world: World, call: Call, changes: Record<string, string>): string {
  const query = new URLSearchParams(call.query);
  query.delete('private_token');
  for (const [key, value] of Object.entries(changes)) query.set(key, value);
  query.sort();
  return `${world.url}${call.path}?${query}`;
}
