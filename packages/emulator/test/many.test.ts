import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../src/index.ts';
import { requestJob, send, takeJob } from './support/wire.ts';

/** Runs jobs one after the other; gives the seconds of CPU that it took. */
async function finish(gitlab: Emulator, count: number): Promise<number> {
  const before = process.cpuUsage();
  for (let n = 0; n < count; n += 1) {
    const job = await takeJob(gitlab);
    await job.update({ state: 'success' });
  }
  return cpuSecondsSince(before);
}

/** Of this process, which is the server too; what else the machine does is not in it. */
function cpuSecondsSince(before: NodeJS.CpuUsage): number {
  const { system, user } = process.cpuUsage(before);
  return (system + user) / 1e6;
}

test('a request costs no more with many finished and many waiting jobs', async () => {
  await using gitlab = await startEmulator();
  gitlab.jobs({ count: 400 });
  await finish(gitlab, 200);
  const early = await finish(gitlab, 200);
  for (const job of gitlab.jobs({ count: 100_000 })) job.cancel();
  gitlab.jobs({ count: 100_000, tags: ['elsewhere'] });
  gitlab.jobs({ count: 100_000 });
  await finish(gitlab, 100);
  const late = await finish(gitlab, 200);
  expect(late).toBeLessThan(early * 3 + 0.2);
});

test('hundreds live in one process, and leave nothing behind', async () => {
  const emulators = await Promise.all(Array.from({ length: 200 }, () => startEmulator()));
  expect(new Set(emulators.map(({ url }) => url)).size).toBe(200);
  const stored = emulators.slice(0, 20);
  for (const gitlab of stored) {
    gitlab.job();
    const taken = await takeJob(gitlab);
    await taken.patch(0, Buffer.alloc(200_000, 'x'));
    await taken.upload({ content: 'x' });
  }
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith('gitlab-emulator-'));
  expect(folders.length).toBeGreaterThanOrEqual(20);
  await Promise.all(emulators.map((gitlab) => gitlab.close()));
  const left = folders.filter((name) => existsSync(`${tmpdir()}/${name}`));
  expect(folders.length - left.length).toBeGreaterThanOrEqual(20);
  for (const { url } of emulators.slice(0, 3))
    await expect(fetch(url)).rejects.toThrow('fetch failed');
});

test('jobs that fail cost no more than others', async () => {
  await using gitlab = await startEmulator();
  gitlab.jobs({ count: 50_000, release: { tag_name: 'v1' } });
  const info = { features: {} };
  const before = process.cpuUsage();
  for (let failed = 0; failed < 20_000; failed += 45) await requestJob(gitlab, { info });
  expect(cpuSecondsSince(before)).toBeLessThan(8);
});

test('many requests at once each get a job of their own', async () => {
  await using gitlab = await startEmulator();
  gitlab.jobs({ count: 300 });
  const answers = await Promise.all(Array.from({ length: 300 }, () => requestJob(gitlab)));
  const ids = answers.map(({ body }) => (body as { id: number }).id);
  expect(new Set(ids).size).toBe(300);
  expect((await send(gitlab, '/_emulator/jobs?status=running')).body).toHaveLength(300);
});
