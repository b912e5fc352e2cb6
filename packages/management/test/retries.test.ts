import { describe, expect, test } from 'vitest';
import type { FaultSpec } from '@fellrunner/emulator';
import type { Management, ManagementOptions } from '../src/index.ts';
import { collect, startGitLab, type TestGitLab } from './support/gitlab.ts';

/** A client that notes how long it would wait, and does not wait. */
function patientClient(
  gitlab: TestGitLab,
  retries: ManagementOptions['retries'] = {},
): { client: Management; waits: number[] } {
  const waits: number[] = [];
  const client = gitlab.client({
    token: gitlab.emulator.adminToken,
    retries,
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  });
  return { client, waits };
}

function afflict({ emulator }: TestGitLab, fault: FaultSpec): void {
  emulator.faults.add({ path: '^/api/v4/', times: 1, ...fault });
}

describe('a request too many', () => {
  test('is sent again after as long as the server asks for', async () => {
    await using gitlab = await startGitLab();
    const { client, waits } = patientClient(gitlab);
    afflict(gitlab, { status: 429, headers: { 'Retry-After': '7' } });
    expect(await collect(client.runners.listAll())).toHaveLength(1);
    const inTenSeconds = String(Math.ceil(Date.now() / 1000) + 10);
    afflict(gitlab, { status: 429, headers: { 'RateLimit-Reset': inTenSeconds } });
    await collect(client.runners.listAll());
    expect(waits[0]).toBe(7000);
    expect(waits[1]).toBeGreaterThan(8000);
    expect(waits[1]).toBeLessThanOrEqual(11_000);
  });

  test('is sent again after longer and longer where the server does not say', async () => {
    await using gitlab = await startGitLab();
    const { client, waits } = patientClient(gitlab);
    afflict(gitlab, { status: 429, times: 4 });
    await collect(client.runners.listAll());
    expect(waits).toEqual([100, 200, 400, 800]);
  });

  test('is sent again even where it makes something: nothing was made', async () => {
    await using gitlab = await startGitLab();
    const { client } = patientClient(gitlab);
    afflict(gitlab, { method: 'POST', status: 429 });
    const { id } = await client.runners.create({ type: 'instance_type' });
    expect(await collect(client.runners.listAll())).toHaveLength(2);
    expect(id).toBe(2);
  });

  test('is given up after as many tries as were allowed, and at once where that is switched off', async () => {
    await using gitlab = await startGitLab();
    afflict(gitlab, { status: 429, times: 100, body: { message: { error: 'Try again later.' } } });
    const few = patientClient(gitlab, { max: 2 });
    await expect(few.client.runners.get(1)).rejects.toMatchObject({
      code: 'GITLAB_RATE_LIMITED',
      status: 429,
      retryable: true,
      message: expect.stringContaining('Try again later. (429)') as string,
    });
    expect(few.waits).toHaveLength(2);
    const { client, waits } = patientClient(gitlab, { rateLimited: false });
    await expect(client.runners.get(1)).rejects.toMatchObject({ status: 429 });
    expect(waits).toEqual([]);
  });
});

describe('a server error', () => {
  test.each([500, 502, 503, 504, 520, 530])(
    'of %d is tried again where that is wanted',
    async (status) => {
      await using gitlab = await startGitLab();
      afflict(gitlab, { status });
      const impatient = gitlab.client({ token: gitlab.emulator.adminToken });
      await expect(impatient.runners.get(1)).rejects.toMatchObject({
        code: 'GITLAB_UNAVAILABLE',
        status,
        retryable: true,
      });
      afflict(gitlab, { status });
      const { client, waits } = patientClient(gitlab, { transient: true });
      expect((await client.runners.get(1)).id).toBe(1);
      expect(waits).toEqual([100]);
    },
  );

  test('is final where trying again changes nothing', async () => {
    await using gitlab = await startGitLab();
    afflict(gitlab, { status: 501 });
    const { client, waits } = patientClient(gitlab, { transient: true });
    await expect(client.runners.get(1)).rejects.toMatchObject({ status: 501 });
    expect(waits).toEqual([]);
  });

  test('shows nothing of a proxy’s page but its status', async () => {
    await using gitlab = await startGitLab();
    const headers = { 'Content-Type': 'text/html' };
    afflict(gitlab, { status: 502, headers, body: '<html><h1>Bad Gateway</h1></html>' });
    await expect(gitlab.admin.runners.get(1)).rejects.toMatchObject({
      message: `GET runners/1 at ${gitlab.emulator.url}: status 502.`,
    });
  });
});

describe('what makes something', () => {
  test('is never sent twice where it may have been done', async () => {
    await using gitlab = await startGitLab();
    const { client, waits } = patientClient(gitlab, { transient: true });
    for (const fault of [{ status: 502 }, { reset: true }, { drop_after: true }]) {
      afflict(gitlab, { method: 'POST', ...fault });
      await expect(client.runners.create({ type: 'instance_type' })).rejects.toMatchObject({
        retryable: true,
      });
    }
    expect(waits).toEqual([]);
    const posts = gitlab.emulator.requests.filter(({ path }) => path === '/api/v4/user/runners');
    expect(posts).toHaveLength(3);
    expect(await collect(client.runners.listAll())).toHaveLength(2);
  });

  test('is sent again where only a lock was busy', async () => {
    await using gitlab = await startGitLab();
    const { client, waits } = patientClient(gitlab, { transient: true });
    afflict(gitlab, {
      method: 'POST',
      status: 409,
      body: { message: '409 Conflict: Resource lock' },
    });
    await client.runners.create({ type: 'instance_type' });
    expect(waits).toEqual([100]);
    afflict(gitlab, { method: 'POST', status: 409, body: { message: '409 Conflict' } });
    await expect(client.runners.create({ type: 'instance_type' })).rejects.toMatchObject({
      code: 'GITLAB_CONFLICT',
    });
  });
});

describe('a lost answer', () => {
  test('is asked for again where asking twice does no harm', async () => {
    await using gitlab = await startGitLab();
    const { client } = patientClient(gitlab, { transient: true });
    const { id, token } = await gitlab.create();
    afflict(gitlab, { method: 'PUT', drop_after: true });
    expect((await client.runners.pause(id)).paused).toBe(true);
    afflict(gitlab, { path: 'verify', drop_after: true });
    expect((await client.runnerByToken(token).verify()).id).toBe(id);
  });

  test('of a deletion is no failure when the runner is gone', async () => {
    await using gitlab = await startGitLab();
    const { client } = patientClient(gitlab, { transient: true });
    const { id } = await gitlab.create();
    afflict(gitlab, { method: 'DELETE', drop_after: true });
    await client.runners.delete(id);
    await expect(client.runners.delete(id)).rejects.toMatchObject({ code: 'GITLAB_NOT_FOUND' });
  });

  test('is an error that says so where nothing is tried again', async () => {
    await using gitlab = await startGitLab();
    afflict(gitlab, { reset: true });
    await expect(gitlab.admin.runners.get(1)).rejects.toMatchObject({
      code: 'GITLAB_UNREACHABLE',
      status: undefined,
      retryable: true,
      message: `GitLab at ${gitlab.emulator.url} cannot be reached: the connection was cut.`,
    });
  });
});

describe('a server that nobody listens at', () => {
  test('is tried again even for what makes something, since nothing was sent', async () => {
    const gitlab = await startGitLab();
    const { client, waits } = patientClient(gitlab, { transient: true, max: 3 });
    await gitlab.emulator.close();
    await expect(client.runners.create({ type: 'instance_type' })).rejects.toMatchObject({
      code: 'GITLAB_UNREACHABLE',
      message: expect.stringContaining('nothing listens there') as string,
    });
    expect(waits).toEqual([100, 200, 400]);
    await client[Symbol.asyncDispose]();
  });
});

test('a redirect is not followed, but told without what its query has', async () => {
  await using gitlab = await startGitLab();
  const location = 'https://gitlab.example.org/api/v4/runners/1?private_token=secret';
  afflict(gitlab, { status: 301, headers: { Location: location } });
  await expect(gitlab.admin.runners.pause(1)).rejects.toMatchObject({
    code: 'GITLAB_REDIRECTED',
    message: expect.stringMatching(
      /it is at https:\/\/gitlab\.example\.org\/api\/v4\/runners\/1:/,
    ) as string,
  });
});

test('an answer that is not GitLab’s is called that', async () => {
  await using gitlab = await startGitLab();
  afflict(gitlab, { status: 200, body: { hello: 'world' } });
  await expect(gitlab.admin.runners.get(1)).rejects.toMatchObject({
    code: 'GITLAB_UNEXPECTED',
    message: expect.stringContaining('not an answer of GitLab (id: ') as string,
  });
});

test('a signal ends the wait between two tries', async () => {
  await using gitlab = await startGitLab();
  afflict(gitlab, { status: 429, headers: { 'Retry-After': '3600' } });
  const abort = new AbortController();
  const client = gitlab.client({ token: gitlab.emulator.adminToken, signal: abort.signal });
  const call = client.runners.get(1);
  await expect.poll(() => gitlab.emulator.requests.at(-1)?.status).toBe(429);
  abort.abort();
  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
});

test.each(['gitlab.example.com', 'ftp://gitlab.example.com', ''])(
  '"%s" is no address, and is refused at once',
  async (url) => {
    await using gitlab = await startGitLab();
    expect(() => gitlab.client({ url })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error,
    );
  },
);

test('an address may have the API’s path and slashes at its end', async () => {
  await using gitlab = await startGitLab();
  const token = gitlab.emulator.adminToken;
  for (const url of [`${gitlab.emulator.url}/`, `${gitlab.emulator.url}/api/v4/`]) {
    expect((await gitlab.client({ url, token }).runners.get(1)).id).toBe(1);
  }
});
