import { describe, expect, test } from 'vitest';
import { AnswerHeaders } from './answer.ts';
import { Listing } from './listing.ts';

/** A listing whose pages have these headers, and what was asked for. */
function listingOf(pages: readonly Record<string, string>[]): {
  listing: Listing<number>;
  asked: string[];
} {
  const asked: string[] = [];
  const listing = new Listing(new URLSearchParams({ per_page: '2', paused: 'true' }), (query) => {
    const headers = new AnswerHeaders(pages[asked.length] ?? {});
    asked.push(String(query));
    return Promise.resolve({ items: [asked.length], headers });
  });
  return { listing, asked };
}

async function read(listing: Listing<number>): Promise<number[]> {
  const items: number[] = [];
  for await (const item of listing) items.push(item);
  return items;
}

describe('the next page', () => {
  test('is the numbered one, with the filters of the first', async () => {
    const { listing, asked } = listingOf([{ 'x-next-page': '2' }, { 'x-next-page': '' }]);
    expect(await read(listing)).toEqual([1, 2]);
    expect(asked).toEqual(['per_page=2&paused=true', 'per_page=2&paused=true&page=2']);
  });

  test('is what the link asks for, of the server that was asked before', async () => {
    const link =
      '<https://inside.example.com/x?a=1>; rel="prev", <https://inside.example.com/x?cursor=c&per_page=2>; rel="next"';
    const { listing, asked } = listingOf([{ link }, {}]);
    expect(await read(listing)).toEqual([1, 2]);
    expect(asked[1]).toBe('cursor=c&per_page=2');
  });

  test('is none where GitLab names none', async () => {
    const last = '<https://gitlab.example.com/x?page=1>; rel="last"';
    for (const headers of [{}, { link: last }, { link: '' }]) {
      const { listing, asked } = listingOf([headers]);
      await read(listing);
      expect(asked).toHaveLength(1);
    }
  });
});
