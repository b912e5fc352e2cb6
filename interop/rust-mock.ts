import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openZipEntry } from '../chaos/zip-entry.ts';
import { Companion } from './companion.ts';
import { CrateMock } from './crate-mock.ts';
import { eventually } from './eventually.ts';
import { CRATE } from './rust-crate.ts';
import type { Program, Ready } from './scenario.ts';
import { rustBuild } from './workshop.ts';

const main = new URL('../packages/cli/src/main.ts', import.meta.url).pathname;
const handler = new URL('./words-handler.ts', import.meta.url).pathname;

/** Our runner where somebody else has written the GitLab. */
export const rustMock: Program = {
  name: 'rust-mock',
  title: 'Our runner, on the Rust crate’s `gitlab-runner-mock`',
  prepare,
};

interface Stage {
  readonly mock: CrateMock;
  /** Ours, on the mock. */
  readonly runner: Companion;
  /** A job whose archive the crate's runner has uploaded. */
  readonly uploaded: number;
}

async function prepare(): Promise<Ready> {
  const bins = await rustBuild();
  const folder = await mkdtemp(join(tmpdir(), 'fellrunner-interop-'));
  /** Each scenario has a mock of its own, and a runner with a store of its own. */
  const onMock = (body: (stage: Stage) => Promise<void>) => async (): Promise<void> => {
    await using mock = await CrateMock.start(join(bins, 'crate-mock'));
    const uploaded = await uploadByCrate(mock, join(bins, 'crate-runner'));
    await using runner = startRunner(mock, join(folder, `${body.name}.db`));
    // Its threads are up then: a job that waited for them in silence would break the mock.
    await mock.ended(await mock.add({ name: 'first', script: ['say hello'] }));
    await body({ mock, runner, uploaded });
  };
  return {
    version: CRATE,
    scenarios: [
      { name: 'a success', run: onMock(success) },
      { name: 'a failure', run: onMock(failure) },
      { name: 'five jobs at once', run: onMock(fiveAtOnce) },
      { name: 'artifacts', run: onMock(artifacts) },
      {
        name: 'dependencies, uploaded by the crate and downloaded at the third try',
        run: onMock(dependencies),
      },
      { name: 'a job canceled by a user', run: onMock(canceled) },
      {
        name: 'a job that says nothing for a while',
        run: onMock(silent),
        defect:
          'the mock panics at an empty piece of a log, by which we ask how a silent job stands; GitLab takes it',
      },
    ],
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/**
 * The mock reads an upload's type from the form alone, and hands out no archive whose type stands
 * in the query, as ours and gitlab-runner's do: only the crate's own can be a dependency.
 */
async function uploadByCrate(mock: CrateMock, crateRunner: string): Promise<number> {
  const id = await mock.add(files);
  await using theirs = new Companion(crateRunner, [mock.url, mock.token, '1']);
  assert.equal((await mock.ended(id)).state, 'success', theirs.said);
  return id;
}

function startRunner(mock: CrateMock, store: string): Companion {
  const where = ['--url', mock.url, '--store', store, '--concurrency', '5'];
  return new Companion(
    process.execPath,
    ['--conditions=@fellrunner/source', main, 'run', ...where, '--handler', handler],
    { env: { ...process.env, FELLRUNNER_TOKEN: mock.token } },
  );
}

async function success({ mock }: Stage): Promise<void> {
  const id = await mock.add({ name: 'good', script: ['say one', 'say grüße'] });
  const { state, log } = await mock.ended(id);
  assert.deepEqual({ state, log }, { state: 'success', log: 'one\ngrüße\n' });
}

async function failure({ mock }: Stage): Promise<void> {
  const id = await mock.add({ name: 'bad', script: ['say before', 'fail', 'say never'] });
  const { state, log } = await mock.ended(id);
  assert.equal(state, 'failed');
  assert.match(log, /^before\n/);
  assert.doesNotMatch(log, /never/);
}

async function fiveAtOnce({ mock }: Stage): Promise<void> {
  const ids: number[] = [];
  for (const name of ['a', 'b', 'c', 'd', 'e'])
    ids.push(await mock.add({ name, script: ['wait 8', `say ${name} is done`] }));
  const areAllRunning = async (): Promise<boolean> => {
    for (const id of ids) if ((await mock.show(id)).state !== 'running') return false;
    return true;
  };
  await eventually('five jobs run at once', areAllRunning);
  for (const [index, id] of ids.entries()) {
    const { state, log } = await mock.ended(id);
    const last = `${'abcde'[index]} is done\n`;
    assert.deepEqual({ state, log }, { state: 'success', log: `${'waiting\n'.repeat(8)}${last}` });
  }
}

const files = {
  name: 'files',
  script: ['write out/one.txt first', 'write out/two.txt second', 'write left.txt out'],
  paths: ['out/'],
};

async function artifacts({ mock }: Stage): Promise<void> {
  const { state, artifacts: uploaded } = await mock.ended(await mock.add(files));
  assert.equal(state, 'success');
  assert.deepEqual(
    uploaded.map(({ filename }) => filename),
    ['artifacts.zip'],
  );
  const archive = Buffer.from(uploaded[0]?.bytes ?? []);
  assert.equal(await openZipEntry(archive, 'out/one.txt'), 'first');
  assert.equal(await openZipEntry(archive, 'out/two.txt'), 'second');
  await assert.rejects(openZipEntry(archive, 'left.txt'));
}

async function dependencies({ mock, uploaded }: Stage): Promise<void> {
  await mock.failDownloads(2);
  const script = ['say wait', 'read files out/one.txt', 'read files out/two.txt'];
  const id = await mock.add({ name: 'reader', script, dependencies: [uploaded] });
  const { state, log } = await mock.ended(id);
  assert.deepEqual({ state, log }, { state: 'success', log: 'wait\nfirst\nsecond\n' });
}

/** The mock takes no piece of the log of a canceled job: what it has is from before. */
async function canceled({ mock, runner }: Stage): Promise<void> {
  const id = await mock.add({ name: 'canceled', script: ['wait 120', 'say never'] });
  await eventually('the job says something', async () => (await mock.show(id)).log !== '');
  await mock.cancel(id);
  const hasHeard = (): boolean => runner.said.includes(`job canceled job=${id}`);
  await eventually('the runner says that the job is canceled', hasHeard);
  const { state, log } = await mock.show(id);
  assert.equal(state, 'canceled');
  assert.doesNotMatch(log, /never/);
}

async function silent({ mock }: Stage): Promise<void> {
  await mock.add({ name: 'silent', script: ['pause 60'] });
  await eventually('the mock panics', () => mock.said.includes('subtract with overflow'));
}
