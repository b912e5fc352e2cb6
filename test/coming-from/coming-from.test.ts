import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmulator, type EmulatedJob, type Emulator } from '@fellrunner/emulator';
import * as engine from '@fellrunner/engine';
import { openStore } from '@fellrunner/persistence';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openLineScope } from './line-scope.ts';
import { readTables } from './migration-table.ts';

const document = readFileSync(new URL('../../docs/coming-from.md', import.meta.url), 'utf8');
const rows = readTables(document);

/** The public names of each library, as list-names.py found them; the API's are GitLab's. */
const LIBRARIES = [
  ['gitlab_runner_api (Python)', 'gitlab_runner_api.txt'],
  ['python-gitlab: runners', 'python-gitlab.txt'],
  ['gitlab-runner (Rust)', 'gitlab-runner.txt'],
  ['GitLab’s Runners API', 'runners-api.txt'],
] as const;

test.each(LIBRARIES)('of %s no public name is left out, and none is made up', (library, file) => {
  const names = readFileSync(new URL(`names/${file}`, import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const own = rows.filter((row) => row.library.replace("'", '’') === library);
  expect(own.flatMap((row) => row.names).toSorted()).toEqual(names.toSorted());
  for (const row of own) expect(row.code, row.names.join(', ')).not.toEqual([]);
});

const lines = [...new Set(rows.flatMap(({ code }) => code))];
const ofHandlers = lines.filter((line) => /^(?!defineHandler).*\bctx\b/.test(line));
const ofPrograms = lines.filter((line) => !ofHandlers.includes(line));
/** These do something, and have no value to look at. */
const WITHOUT_VALUE = /^await |^const |;$|\?\.|addEventListener|^console/;

const AsyncFunction = (async () => undefined).constructor as FunctionConstructor;

async function valueOf(names: Readonly<Record<string, unknown>>, line: string): Promise<unknown> {
  // A block, since a line may name what it makes as the document names what is there.
  const body = line.endsWith(';') ? `{ ${line} }` : `return (${line})`;
  const run = AsyncFunction(...Object.keys(names), body) as (...args: unknown[]) => unknown;
  return await run(...Object.values(names));
}

describe('in a program', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator({
      settings: { live_trace: false, registry: 'registry.example.com' },
    });
  });
  afterAll(() => emulator.close());

  test('the example of a job by hand does what it says', async () => {
    const [, code = ''] = /```ts\n([^`]*`[^`]*`[^`]*)```/.exec(document) ?? [];
    const [, body = ''] = /^import .*\n([^]*)$/.exec(code) ?? [];
    const job = emulator.job();
    let saved = '';
    const store = { save: (text: string) => (saved = text), load: () => saved };
    const { runnerToken: token, url } = emulator;
    await valueOf({ ...engine, ...store, url, token }, `{ ${body} };`);
    expect(job.trace).toMatch(/^sent [0-9a-f]{40} to the grid\n$/);
    expect(job.status).toBe('success');
  });

  test.each(ofPrograms)('%s', async (line) => {
    await using scope = await openLineScope(emulator, line);
    const value = valueOf(scope.names, line).then((it) => ({ isThere: it !== undefined }));
    await expect(value).resolves.toMatchObject(WITHOUT_VALUE.test(line) ? {} : { isThere: true });
  });
});

describe('in a handler', () => {
  const jobs = new Map<string, EmulatedJob>();

  beforeAll(async () => {
    await using emulator = await startEmulator({ settings: { live_trace: false } });
    const folder = await mkdtemp(join(tmpdir(), 'fellrunner-coming-from-'));
    await using store = openStore(join(folder, 'runner.db'));
    const run = (maxJobs: number): Promise<void> =>
      new engine.Runner({
        url: emulator.url,
        token: emulator.runnerToken,
        handler: new URL('handlers/does-a-line.ts', import.meta.url),
        concurrency: 4,
        maxJobs,
        store,
      }).run();
    const build = emulator.job({ script: ['0'], stage: 'build', artifacts: [{ paths: ['out'] }] });
    await run(1);
    for (const line of ofHandlers) {
      jobs.set(line, emulator.job({ script: [line], dependencies: [build.id] }));
    }
    await run(ofHandlers.length);
    await rm(folder, { recursive: true });
  });

  test.each(ofHandlers)('%s', (line) => {
    const { exitCode, failureReason, status, trace } = jobs.get(line) ?? {};
    const end = line.startsWith('ctx.fail') ? ['failed', 'script_failure', 3] : ['success'];
    expect(
      [status, failureReason, exitCode].filter((it) => it !== undefined),
      trace,
    ).toEqual(end);
  });
});
