import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { Call } from '../http/call.ts';
import type { Reply } from '../http/reply.ts';
import type { World } from '../world/world.ts';
import { offsetPage } from './offset-page.ts';

function pageOf(count: number, query: string, counted = true): Reply {
  const message = { method: 'GET', url: `/list?${query}`, headers: {} } as IncomingMessage;
  const world = { url: 'http://gitlab' } as World;
  const items = Array.from({ length: count }, (_, index) => index);
  return offsetPage(world, new Call(message, {} as ServerResponse), {
    items,
    present: (page) => [...page],
    counted,
  });
}

test('a list of more than 10,000 is not counted, and has no last page', () => {
  const { headers } = pageOf(10_001, '');
  expect(headers['X-Total']).toBeUndefined();
  expect(headers['X-Total-Pages']).toBeUndefined();
  expect(headers['Link']).not.toContain('rel="last"');
  expect(headers['X-Next-Page']).toBe('2');
  expect(pageOf(10_000, '').headers['X-Total-Pages']).toBe('500');
  expect(pageOf(1, '', false).headers['X-Total']).toBeUndefined();
});

test('a page has 20 unless asked for otherwise, and 100 at most', () => {
  expect(pageOf(300, '').headers['X-Per-Page']).toBe('20');
  expect(pageOf(300, 'per_page=500').headers['X-Per-Page']).toBe('100');
});

test('a page beyond the last is empty', () => {
  const { headers, body } = pageOf(3, 'page=9');
  expect([body, headers['X-Next-Page'], headers['X-Page']]).toEqual(['[]', '', '9']);
});

test('an empty list has one page', () => {
  expect(pageOf(0, '').headers).toMatchObject({ 'X-Total': '0', 'X-Total-Pages': '1' });
});
