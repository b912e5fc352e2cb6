import type { AnswerHeaders } from './answer.ts';

/** What GitLab says of a page beside its items; totals are missing where it does not count. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Undefined where pages are followed by cursor. */
  readonly number: number | undefined;
  readonly perPage: number | undefined;
  readonly total: number | undefined;
  readonly totalPages: number | undefined;
  /** Where a later listing goes on behind this page, if pages are followed by cursor. */
  readonly nextCursor: string | undefined;
}

export interface PageOptions {
  /** How many items one request brings, up to 100; 100 unless given. */
  readonly perPage?: number;
  /** The page to begin with; the first unless given. */
  readonly page?: number;
}

export interface FetchedPage<T> {
  readonly items: readonly T[];
  readonly headers: AnswerHeaders;
}

/** A list at GitLab, read page by page as far as it is iterated; each iteration asks anew. */
export class Listing<T> implements AsyncIterable<T> {
  readonly #query: URLSearchParams;
  readonly #fetch: (query: URLSearchParams) => Promise<FetchedPage<T>>;

  constructor(query: URLSearchParams, fetch: (query: URLSearchParams) => Promise<FetchedPage<T>>) {
    this.#query = query;
    this.#fetch = fetch;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const page of this.pages()) yield* page.items;
  }

  /** The pages themselves, with what GitLab says of them. */
  async *pages(): AsyncGenerator<Page<T>, void, undefined> {
    let query: URLSearchParams | undefined = this.#query;
    while (query !== undefined) {
      const { items, headers }: FetchedPage<T> = await this.#fetch(query);
      const next = nextQuery(headers, query);
      yield {
        items,
        number: headers.integer('x-page'),
        perPage: headers.integer('x-per-page'),
        total: headers.integer('x-total'),
        totalPages: headers.integer('x-total-pages'),
        nextCursor: next?.get('cursor') ?? undefined,
      };
      query = next;
    }
  }
}

/**
 * The next page's query. Only that is taken from GitLab's link: its address may be one by which
 * this machine does not reach the server, and no token is to follow it there.
 */
function nextQuery(headers: AnswerHeaders, query: URLSearchParams): URLSearchParams | undefined {
  const number = headers.get('x-next-page');
  if (number !== undefined) return number === '' ? undefined : withPage(query, number);
  const link = nextLink(headers.get('link') ?? '');
  return link === undefined || !URL.canParse(link) ? undefined : new URL(link).searchParams;
}

function withPage(query: URLSearchParams, number: string): URLSearchParams {
  const next = new URLSearchParams(query);
  next.set('page', number);
  return next;
}

function nextLink(header: string): string | undefined {
  return /<([^>]*)>\s*;\s*rel="?next"?/.exec(header)?.[1];
}
