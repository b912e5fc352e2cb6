import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { StoreHealth } from '@fellrunner/core';
import { aLog, fact, stamped, VirtualClock } from '@fellrunner/testkit';
import { describe, expect, test, type TestContext } from 'vitest';

import { checkStore, openStore } from '../src/index.ts';
import { startChild, type Child } from './support/child.ts';
import { openLimitedStore } from './support/limited-store.ts';
import { tempFolder } from './support/temp-folder.ts';

const shimSource = fileURLToPath(new URL('support/failing-disk.c', import.meta.url));

/** A library that lets writes fail on command; undefined without Linux and a C compiler. */
function compileShim(folder: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const library = join(folder, 'failing-disk.so');
  const { status } = spawnSync('cc', ['-shared', '-fPIC', '-o', library, shimSource, '-ldl']);
  return status === 0 ? library : undefined;
}

async function lineThat(child: Child, wanted: (line: string) => boolean): Promise<string> {
  for (let line = await child.nextLine(); line !== undefined; line = await child.nextLine()) {
    if (wanted(line)) return line;
  }
  throw new Error('the process ended before it said what was waited for');
}

async function expectToSurvive(context: TestContext, failure: NodeJS.ProcessEnv): Promise<string> {
  using folder = tempFolder();
  const shim = compileShim(folder.path);
  if (shim === undefined) return context.skip('the failing disk needs Linux and cc');
  const file = folder.file('fellrunner.db');
  const flag = folder.file('fail');
  const env = { LD_PRELOAD: shim, FAIL_WHILE: flag, FAIL_PATH: file, ...failure };
  await using child = startChild('./reporting-child.ts', { args: [file], env });

  await lineThat(child, (line) => line === 'durable 50');
  writeFileSync(flag, '');
  const ill = await lineThat(child, (line) => line.startsWith('health'));
  rmSync(flag);
  await lineThat(child, (line) => line === 'health {"writable":true}');
  const last = await lineThat(child, (line) => line.startsWith('durable'));
  await child.kill('SIGKILL');

  await using store = openStore(file);
  const [jobKey] = await store.unfinished();
  const events = await store.read(jobKey!);
  expect(events.length).toBeGreaterThan(Number(last.split(' ')[1]));
  expect(events.map((event) => event.position)).toEqual(events.map((_event, index) => index));
  expect(checkStore(file).problems).toEqual([]);
  return ill;
}

describe('a disk that takes no more', () => {
  test('for lack of room loses nothing, and the log goes on by itself', async (context) => {
    const ill = await expectToSurvive(context, {});
    expect(ill).toMatch(/^health \{"writable":false,"why":"No room for the store .*SQLITE_FULL/);
  });

  test('since it fails to sync loses nothing, and the log goes on by itself', async (context) => {
    const ill = await expectToSurvive(context, { FAIL_FSYNC: '1' });
    expect(ill).toMatch(/^health \{"writable":false,.*SQLITE_IOERR_FSYNC/);
  });

  test('of one mebibyte lets everything through once somebody makes room', async (context) => {
    using folder = tempFolder();
    const disk = folder.file('disk');
    mkdirSync(disk);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]).status !== 0) {
      return context.skip('no file system can be mounted here');
    }
    try {
      await expectToGoOn(disk);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  test('is tried again at growing intervals, up to ten seconds', async () => {
    const clock = new VirtualClock(0);
    const limited = openLimitedStore(':memory:', { clock });
    await using store = limited.store;
    // What the store looks for at its start is over and done with.
    clock.advance(20);
    const jobKey = await store.receive('{}', aLog({}));
    const free = limited.fillDisk();
    const ill = Promise.withResolvers<void>();
    store.onHealth((health) => !health.writable && ill.resolve());
    const append = store.append(jobKey, 1, [], { traceHead: new Uint8Array(100_000) });
    await ill.promise;
    const waits: number[] = [];
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const wait = (clock.nextCallAt ?? 0) - clock.now();
      waits.push(wait);
      clock.advance(wait);
    }
    expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000]);
    free();
    clock.advance(10_000);
    await append;
  });
});

async function expectToGoOn(disk: string): Promise<void> {
  await using store = openStore(join(disk, 'fellrunner.db'));
  const jobKey = await store.receive('{}', aLog({}));
  const ballast = join(disk, 'ballast');
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(ballast, Buffer.alloc(bavail * bsize));
  const told: StoreHealth[] = [];
  const ill = Promise.withResolvers<void>();
  store.onHealth((health) => {
    told.push(health);
    if (!health.writable) ill.resolve();
  });
  const head = new Uint8Array(200_000).fill(7);
  const append = store.append(jobKey, 1, stamped([fact.stepBegins(0)]), { traceHead: head });
  await ill.promise;
  expect(await store.read(jobKey)).toHaveLength(1);
  rmSync(ballast);
  await append;
  expect(await store.read(jobKey)).toHaveLength(2);
  expect(told.at(-1)).toEqual({ writable: true });
}
