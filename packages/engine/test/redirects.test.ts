import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

import { startEmulator, type EmulatedJob, type Emulator } from '@fellrunner/emulator';
import { describe, expect, test } from 'vitest';

import { startRunner } from './support/running-runner.ts';

const artifacts = [{ paths: ['out/'] }];

describe('a job’s token', () => {
  test('does not go with a download that is redirected to another server', async () => {
    await using gitlab = await startEmulator();
    await using _ = await startRunner(gitlab, { handler: 'uploads.ts' });
    const first = await gitlab.job({ name: 'first', script: ['x'], artifacts }).finished();
    await using storage = await startStorage((await first.artifact()?.read()) ?? Buffer.alloc(0));
    redirect(gitlab, 'GET', 302, `${storage.url}/a.zip?signature=x`);
    const later = await gitlab.job({ script: ['x'], dependencies: [first.id] }).finished();
    expect(later.status).toBe('success');
    expect(later.trace).toContain('first: out/a.txt = a');
    expect(storage.asked).toHaveLength(1);
    expect(JSON.stringify(storage.asked)).not.toMatch(/token|glcbt/i);
  });

  test('goes with a download that stays at GitLab', async () => {
    await using gitlab = await startEmulator();
    await using _ = await startRunner(gitlab, { handler: 'uploads.ts' });
    const first = await gitlab.job({ name: 'first', script: ['x'], artifacts }).finished();
    redirect(gitlab, 'GET', 302, `/api/v4/jobs/${first.id}/artifacts`);
    const later = await gitlab.job({ script: ['x'], dependencies: [first.id] }).finished();
    expect(later.trace).toContain('first: out/a.txt = a');
  });

  test('does not go with an upload to another server: the job fails and says why', async () => {
    await using gitlab = await startEmulator();
    await using storage = await startStorage(Buffer.alloc(0));
    await using _ = await startRunner(gitlab, { handler: 'uploads.ts' });
    redirect(gitlab, 'POST', 307, `${storage.url}/elsewhere`);
    const job = await gitlab.job({ script: ['x'], artifacts }).finished();
    expect(job.status).toBe('failed');
    expect(job.trace).toContain(`redirected to ${storage.url}, where the job's token is not sent`);
    expect(storage.asked).toEqual([]);
  });

  test('goes with an upload that stays at GitLab, which is sent whole', async () => {
    await using gitlab = await startEmulator();
    await using _ = await startRunner(gitlab, { handler: 'uploads.ts' });
    gitlab.faults.add({
      method: 'POST',
      path: '/artifacts$',
      status: 307,
      headers: { Location: './artifacts?artifact_type=archive&artifact_format=zip&moved=1' },
      times: 1,
    });
    const job = await gitlab.job({ script: ['x'], artifacts }).finished();
    expect(job.status).toBe('success');
    expect(uploaded(job)).toContain('out/a.txt');
    const uploads = gitlab.requests.filter(({ path }) => path.endsWith('/artifacts'));
    expect(uploads.map(({ status }) => status)).toEqual([307, 201]);
  });
});

test('an address that redirects its API is told of with the one that was meant', async () => {
  await using gitlab = await startEmulator();
  const Location = 'https://gitlab.example.com/api/v4/runners/verify';
  gitlab.faults.add({ path: '/runners/verify', status: 301, headers: { Location } });
  await using running = await startRunner(gitlab, { handler: 'prints.ts' });
  await expect(running.runner.verify()).rejects.toThrow(
    `${gitlab.url} redirects to https://gitlab.example.com; give that as the address of GitLab.`,
  );
});

function redirect(gitlab: Emulator, method: string, status: number, location: string): void {
  const headers = { Location: location };
  gitlab.faults.add({ method, path: '/jobs/\\d+/artifacts', status, headers, times: 1 });
}

function uploaded(job: EmulatedJob): readonly string[] {
  return job.artifact()?.names() ?? [];
}

/** Another server, which hands out one file and remembers what it was asked with. */
async function startStorage(
  file: Buffer,
): Promise<
  AsyncDisposable & { readonly url: string; readonly asked: readonly IncomingHttpHeaders[] }
> {
  const asked: IncomingHttpHeaders[] = [];
  const server = createServer((incoming, outgoing) => {
    asked.push(incoming.headers);
    outgoing.end(file);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
