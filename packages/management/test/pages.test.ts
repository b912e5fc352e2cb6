import { describe, expect, test } from 'vitest';
import type { Page, RunnerJob } from '../src/index.ts';
import { collect, idsOf, startGitLab, type TestGitLab } from './support/gitlab.ts';

async function register(gitlab: TestGitLab, count: number): Promise<void> {
  for (let made = 0; made < count; made += 1) {
    await gitlab.admin.register({ registrationToken: gitlab.emulator.registrationToken });
  }
}

function listRequests({ emulator }: TestGitLab): string[] {
  return emulator.requests
    .filter(({ method, path }) => method === 'GET' && path.startsWith('/api/v4/runners'))
    .map(({ query }) => query);
}

describe('a list of more than a page', () => {
  test('brings 500 runners once each, by as many requests as there are pages', async () => {
    await using gitlab = await startGitLab();
    await register(gitlab, 499);
    const ids = await idsOf(gitlab.admin.runners.listAll());
    expect(ids).toHaveLength(500);
    expect(new Set(ids).size).toBe(500);
    expect(listRequests(gitlab)).toHaveLength(5);
    await register(gitlab, 1);
    expect(await idsOf(gitlab.admin.runners.listAll({ perPage: 20 }))).toHaveLength(501);
    expect(listRequests(gitlab)).toHaveLength(5 + 26);
  });

  test('tells of its pages what GitLab tells, and may begin at a later one', async () => {
    await using gitlab = await startGitLab();
    await register(gitlab, 6);
    const pages = await collect(gitlab.admin.runners.listAll({ perPage: 3, page: 2 }).pages());
    expect(pages).toMatchObject([
      { number: 2, perPage: 3, total: 7, totalPages: 3 },
      { number: 3, perPage: 3, total: 7, totalPages: 3 },
    ]);
    expect(pages.map(({ items }) => items.length)).toEqual([3, 1]);
  });

  test('keeps its filters from page to page', async () => {
    await using gitlab = await startGitLab();
    await register(gitlab, 3);
    for (let made = 0; made < 3; made += 1) {
      await gitlab.create({ type: 'instance_type', paused: true });
    }
    const paused = await collect(gitlab.admin.runners.listAll({ paused: true, perPage: 1 }));
    expect(paused.map((runner) => runner.paused)).toEqual([true, true, true]);
  });

  test('asks for no page that nobody wants', async () => {
    await using gitlab = await startGitLab();
    await register(gitlab, 5);
    for await (const runner of gitlab.admin.runners.listAll({ perPage: 2 })) {
      expect(runner.id).toBeGreaterThan(0);
      break;
    }
    expect(listRequests(gitlab)).toEqual(['per_page=2']);
  });

  test('begins anew with each iteration', async () => {
    await using gitlab = await startGitLab();
    const listing = gitlab.admin.runners.listAll();
    expect(await idsOf(listing)).toHaveLength(1);
    await register(gitlab, 1);
    expect(await idsOf(listing)).toHaveLength(2);
  });

  test.each([0, 101, 1.5])('is not asked for by pages of %d', async (perPage) => {
    await using gitlab = await startGitLab();
    expect(() => gitlab.admin.runners.listAll({ perPage })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error,
    );
  });

  test('is refused by GitLab for pages of nothing', async () => {
    await using gitlab = await startGitLab();
    const response = await fetch(`${gitlab.emulator.url}/api/v4/runners/all?per_page=0`, {
      headers: { 'private-token': gitlab.emulator.adminToken },
    });
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: 'per_page has a value not allowed' },
    ]);
  });

  test('has links that lead to its other pages, without the token of the query', async () => {
    await using gitlab = await startGitLab();
    await register(gitlab, 2);
    const { adminToken, url } = gitlab.emulator;
    const path = `${url}/api/v4/runners/all`;
    const response = await fetch(`${path}?per_page=1&page=2&private_token=${adminToken}`);
    expect(response.headers.get('link')).toBe(
      [
        `<${path}?page=1&per_page=1>; rel="prev"`,
        `<${path}?page=3&per_page=1>; rel="next"`,
        `<${path}?page=1&per_page=1>; rel="first"`,
        `<${path}?page=3&per_page=1>; rel="last"`,
      ].join(', '),
    );
    expect(response.headers.get('x-prev-page')).toBe('1');
    const last = await fetch(`${path}?per_page=100&private_token=${adminToken}`);
    expect(last.headers.get('x-next-page')).toBe('');
  });
});

describe('a keyset', () => {
  async function withJobs(gitlab: TestGitLab, count: number): Promise<number> {
    const runner = await gitlab.create();
    gitlab.emulator.jobs({ count });
    for (let taken = 0; taken < count; taken += 1) {
      await gitlab.finishJob(await gitlab.takeJob(runner), 'success');
    }
    return runner.id;
  }

  test('misses no job and brings none twice while others are added', async () => {
    await using gitlab = await startGitLab();
    const runner = await gitlab.create();
    const take = async (): Promise<void> => {
      gitlab.emulator.job();
      await gitlab.finishJob(await gitlab.takeJob(runner), 'success');
    };
    for (let taken = 0; taken < 6; taken += 1) await take();
    const seen: number[] = [];
    for await (const page of gitlab.admin.runners.jobs(runner.id, { perPage: 2 }).pages()) {
      seen.push(...page.items.map(({ id }) => id));
      await take();
    }
    expect(seen).toEqual([6, 5, 4, 3, 2, 1]);
  });

  test('goes on behind a page that was read before', async () => {
    await using gitlab = await startGitLab();
    const id = await withJobs(gitlab, 5);
    const jobs = (cursor: string | undefined): AsyncIterable<Page<RunnerJob>> =>
      gitlab.admin.runners
        .jobs(id, { perPage: 2, sort: 'asc', ...(cursor === undefined ? {} : { cursor }) })
        .pages();
    const [first] = await collect(jobs(undefined));
    expect(first?.items.map((job) => job.id)).toEqual([1, 2]);
    const rest = await collect(jobs(first?.nextCursor));
    expect(rest.flatMap(({ items }) => items.map((job) => job.id))).toEqual([3, 4, 5]);
    expect(rest.at(-1)?.nextCursor).toBeUndefined();
    expect(first?.total).toBeUndefined();
  });

  test('may be left for pages with totals', async () => {
    await using gitlab = await startGitLab();
    const id = await withJobs(gitlab, 3);
    const listing = gitlab.admin.runners.jobs(id, { pagination: 'offset', perPage: 2 });
    expect(await collect(listing.pages())).toMatchObject([
      { number: 1, total: 3, items: [{ id: 3 }, { id: 2 }] },
      { number: 2, total: 3, items: [{ id: 1 }] },
    ]);
  });

  test('has no numbered pages', async () => {
    await using gitlab = await startGitLab();
    expect(() => gitlab.admin.runners.jobs(1, { page: 2 })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error,
    );
  });
});
