import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { emulatorCommand } from '../src/index.ts';
import { createRepository } from './support/repository.ts';
import { tempFolder } from './support/temp-folder.ts';

test('prints one line of JSON and serves until its signal aborts', async () => {
  using folder = tempFolder();
  const pipeline = createRepository(`${folder.path}/source`, {
    '.gitlab-ci.yml': 'a: {script: x}',
  });
  const stop = new AbortController();
  const printed: string[] = [];
  const { promise: line, resolve } = Promise.withResolvers<string>();
  const stdout = { write: (text: string) => (printed.push(text), resolve(text)) };
  const command = emulatorCommand({ pipeline, longPollS: 1 }, { stdout, signal: stop.signal });
  const { url, runnerToken } = JSON.parse(await line) as Record<string, string>;
  const body = JSON.stringify({ token: runnerToken });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api/v4/jobs/request`, { method: 'POST', headers, body });
  expect(await answer.json()).toMatchObject({ job_info: { name: 'a' } });
  stop.abort();
  await command;
  expect(printed).toHaveLength(1);
  await expect(fetch(`${url}/api/v4/version`)).rejects.toThrow('fetch failed');
});

test('refuses an address that it cannot read', async () => {
  const io = { stdout: { write: () => true }, signal: new AbortController().signal };
  await expect(emulatorCommand({ listen: 'somewhere' }, io)).rejects.toThrow(
    'somewhere is no ADDR:PORT',
  );
});

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.address === '::1');

test.each(['0.0.0.0:0', ':0', ...(hasIpv6 ? ['[::1]:0'] : [])])(
  'serves on %j what can be reached from here',
  async (listen) => {
    const stop = new AbortController();
    const { promise: line, resolve } = Promise.withResolvers<string>();
    const command = emulatorCommand(
      { listen },
      { stdout: { write: resolve }, signal: stop.signal },
    );
    const { url, adminToken } = JSON.parse(await line) as Record<string, string>;
    const headers = { 'private-token': adminToken ?? '' };
    expect((await fetch(`${url}/api/v4/version`, { headers })).status).toBe(200);
    expect((await fetch(`${url}/_emulator/jobs`)).status).toBe(200);
    stop.abort();
    await command;
  },
);
