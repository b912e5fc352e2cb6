import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

import { openZip } from '@fellrunner/archive';
import { startEmulator, type EmulatedJob } from '@fellrunner/emulator';
import { describe, expect, test } from 'vitest';

import { startRunner } from './support/running-runner.ts';

/** The files in a job's uploaded zip, by path. */
async function filesOf(job: EmulatedJob): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'fellrunner-zip-'));
  try {
    const file = join(folder, 'artifacts.zip');
    await writeFile(file, (await job.artifact()?.read()) ?? '');
    await using zip = await openZip(file);
    const found: Record<string, string> = {};
    for (const { path } of zip.entries) found[path] = await text(zip.open(path));
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('the artifacts of a handler', () => {
  test('are those of its files that the payload asks for, zipped', async () => {
    await using gitlab = await startEmulator();
    await using _ = await startRunner(gitlab, { handler: 'uploads.ts' });
    const artifacts = [{ paths: ['out/', 'report.xml'], exclude: ['**/b.txt'] }];
    const job = await gitlab.job({ script: ['x'], artifacts }).finished();
    expect(job.status).toBe('success');
    expect(await filesOf(job)).toEqual({
      'out/a.txt': 'a',
      'report.xml': '<outcome>success</outcome>',
    });
    expect(job.artifact()?.filename).toBe('artifacts.zip');
  });

  test('go by several entries at once: a zip, a gzipped report, a raw file', async () => {
    await using gitlab = await startEmulator();
    await using _ = await startRunner(gitlab, { handler: 'uploads.ts' });
    const artifacts = [
      { paths: ['out/a.txt'] },
      { paths: ['report.xml'], artifact_type: 'junit', artifact_format: 'gzip' },
      { paths: ['out/deep/b.txt'], artifact_type: 'codequality', artifact_format: 'raw' },
    ];
    const job = await gitlab.job({ script: ['x'], artifacts }).finished();
    expect(job.status).toBe('success');
    const junit = await job.artifact('junit')?.read();
    expect(gunzipSync(junit ?? '').toString()).toBe('<outcome>success</outcome>');
    expect((await job.artifact('codequality')?.read())?.toString()).toBe('b');
  });

  test('are uploaded after a failure only where the entry says so', async () => {
    await using gitlab = await startEmulator();
    await using _ = await startRunner(gitlab, { handler: 'uploads.ts' });
    const artifacts = [
      { paths: ['out/'] },
      {
        paths: ['report.xml'],
        when: 'on_failure',
        artifact_type: 'junit',
        artifact_format: 'gzip',
      },
    ] as const;
    const variables = { FAIL: 'yes' };
    const job = await gitlab
      .job({ script: ['x'], variables, artifacts: [...artifacts] })
      .finished();
    expect(job.status).toBe('failed');
    expect(job.artifacts.map(({ file_type }) => file_type)).toEqual(['junit']);
  });

  test('are sent again when the server fails, and once when it accepted them', async () => {
    await using gitlab = await startEmulator();
    await using _ = await startRunner(gitlab, { handler: 'uploads.ts' });
    gitlab.faults.add({ method: 'POST', path: '/artifacts', status: 503, times: 2 });
    const job = await gitlab.job({ script: ['x'], artifacts: [{ paths: ['out/'] }] }).finished();
    expect(job.status).toBe('success');
    expect(job.artifacts).toHaveLength(1);
  });

  test('fail the job, with a line in its log, when GitLab refuses them as too large', async () => {
    await using gitlab = await startEmulator({ settings: { max_artifact_bytes: 10 } });
    await using _ = await startRunner(gitlab, { handler: 'uploads.ts' });
    const job = await gitlab.job({ script: ['x'], artifacts: [{ paths: ['out/'] }] }).finished();
    expect(job.status).toBe('failed');
    expect(job.trace).toMatch(/ERROR: Job failed: .*artifacts\.zip.*413/);
  });
});

test("a dependency's files can be read one by one, though its download fails at first", async () => {
  await using gitlab = await startEmulator();
  await using _ = await startRunner(gitlab, { handler: 'uploads.ts' });
  const build = await gitlab
    .job({ name: 'build', script: ['x'], artifacts: [{ paths: ['out/'] }] })
    .finished();
  gitlab.faults.add({ method: 'GET', path: '/artifacts', status: 502, times: 2 });
  const job = await gitlab.job({ script: ['x'], dependencies: [build.id] }).finished();
  expect(job.trace).toBe('build: out/a.txt = a\nbuild: out/deep/b.txt = b\n');
});
