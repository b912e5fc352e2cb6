import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FakeEngine, failureOf, readText, type EngineWishes } from './fake-engine.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fellrunner-artifacts-'));
});

afterEach(() => {
  vi.useRealTimers();
  FakeEngine.removeAll();
  rmSync(root, { recursive: true, force: true });
});

async function setup(wishes: EngineWishes, artifacts: readonly object[] = []): Promise<FakeEngine> {
  const engine = new FakeEngine({
    root: join(root, 'runner'),
    ...wishes,
    variables: { GIT_STRATEGY: 'none', ...wishes.variables },
    fields: { artifacts, ...wishes.fields },
  });
  await engine.prepare();
  return engine;
}

const archive = { artifact_type: 'archive', artifact_format: 'zip' };

function namesIn(file: string): readonly string[] {
  const script = 'import sys, zipfile; print("\\n".join(zipfile.ZipFile(sys.argv[1]).namelist()))';
  return execFileSync('python3', ['-c', script, file], { encoding: 'utf8' }).trim().split('\n');
}

function contentIn(file: string, name: string): string {
  const script =
    'import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]).decode())';
  return execFileSync('python3', ['-c', script, file, name], { encoding: 'utf8' });
}

describe('artifacts', () => {
  it('are packed as the job describes them, and the log says what was found', async () => {
    const engine = await setup({ script: ['mkdir out; touch out/a out/b.log out/c'] }, [
      { ...archive, name: 'of $CI_JOB_NAME', paths: ['out/'], exclude: ['out/*.log'] },
    ]);
    await engine.step();
    const packed = await engine.pack(0);
    expect(packed?.filename).toBe('of test.zip');
    expect(packed?.bytes).toBe(readFileSync(packed?.file ?? '').length);
    expect(namesIn(packed?.file ?? '')).toEqual(['out/', 'out/a', 'out/c']);
    const at = engine.lines.indexOf('Uploading artifacts for successful job');
    expect(engine.lines.slice(at)).toEqual([
      'Uploading artifacts for successful job',
      'Uploading artifacts...',
      'out/: found 3 matching artifact files and directories',
      'out/*.log: excluded 1 files',
      '',
    ]);
  });

  it('are nothing where no path fits', async () => {
    const engine = await setup({}, [{ ...archive, paths: ['missing/'] }]);
    expect(await engine.pack(0)).toBeUndefined();
    expect(engine.text).toContain('WARNING: missing/: no matching files.');
    expect(engine.lines).toContain('ERROR: No files to upload');
  });

  it('of several entries share one section, which ends before the cleanup', async () => {
    const engine = await setup({ script: ['echo "<x/>" >junit.xml; echo y >raw.txt'] }, [
      { name: 'junit.xml', paths: ['junit.xml'], artifact_type: 'junit', artifact_format: 'gzip' },
      { name: '', paths: ['raw.txt'], artifact_type: 'codequality', artifact_format: 'raw' },
    ]);
    await engine.step();
    const junit = await engine.pack(0);
    expect(junit?.filename).toBe('junit.xml.gz');
    expect(gunzipSync(readFileSync(junit?.file ?? '')).toString()).toBe('<x/>\n');
    const raw = await engine.pack(1);
    expect(raw?.filename).toBe('artifacts');
    expect(readText(raw?.file ?? '')).toBe('y\n');
    await engine.cleanUp();
    const markers = engine.text.match(/section_\w+:\d+:(upload|cleanup)\w+/g) ?? [];
    expect(markers.map((marker) => marker.replace(/:\d+:/, ' '))).toEqual([
      'section_start upload_artifacts_on_success',
      'section_end upload_artifacts_on_success',
      'section_start cleanup_file_variables',
      'section_end cleanup_file_variables',
    ]);
  });

  it('never come from outside the project folder', async () => {
    const engine = await setup({}, [{ ...archive, paths: ['link/*', '../**', '/etc/passwd'] }]);
    mkdirSync(join(root, 'outside'));
    writeFileSync(join(root, 'outside/secret'), 'x');
    symlinkSync(join(root, 'outside'), join(engine.project, 'link'));
    expect(await engine.pack(0)).toBeUndefined();
  });

  it('of a raw report that is not one file fail', async () => {
    const engine = await setup({ script: ['touch a b'] }, [
      { paths: ['a', 'b'], artifact_type: 'dotenv', artifact_format: 'raw' },
    ]);
    await engine.step();
    await expect(engine.pack(0)).rejects.toThrow('Only one file can be sent as raw.');
  });
});

describe('RUNNER_GENERATE_ARTIFACTS_METADATA', () => {
  const wishes = {
    script: ['mkdir out; printf a >out/a; printf b >out/b; ln -s a out/link'],
    variables: {
      RUNNER_GENERATE_ARTIFACTS_METADATA: 'true',
      CI_JOB_STARTED_AT: '2026-11-20T10:00:00Z',
      CI_RUNNER_ID: '7',
      KEY: 'a secret',
    },
  };
  const report = { paths: ['out/a'], artifact_type: 'dotenv', artifact_format: 'raw' };

  it('adds to a zip what its files are and who made them, without a value of a variable', async () => {
    const engine = await setup(wishes, [{ ...archive, name: 'of/out', paths: ['out/'] }, report]);
    await engine.step();
    const packed = await engine.pack(0);
    const names = ['out/', 'out/a', 'out/b', 'out/link', 'out-metadata.json'];
    expect(namesIn(packed?.file ?? '')).toEqual(names);
    const text = contentIn(packed?.file ?? '', 'out-metadata.json');
    const { subject, predicate } = JSON.parse(text);
    expect(subject).toEqual(
      ['a', 'b'].map((name) => ({
        name: `out/${name}`,
        digest: { sha256: createHash('sha256').update(name).digest('hex') },
      })),
    );
    const source = 'https://gitlab.example/lakes/hills';
    expect(predicate).toMatchObject({
      buildDefinition: {
        externalParameters: { KEY: '', entryPoint: 'test', source },
        internalParameters: { executor: 'shell', job: String(engine.job.id), name: 'fell' },
        resolvedDependencies: [{ uri: source, digest: { sha256: engine.job.sha } }],
      },
      runDetails: {
        builder: { id: `${source}/-/runners/7`, version: { fellrunner: '0.1.0' } },
        metadata: { startedOn: '2026-11-20T10:00:00Z' },
      },
    });
    expect(text).not.toContain('a secret');
    expect(engine.lines).toContain('Generating artifacts statement');
    expect(existsSync(join(engine.project, 'out-metadata.json'))).toBe(false);
    expect(readText((await engine.pack(1))?.file ?? '')).toBe('a');
  });

  it('gives the same bytes when a restarted runner packs again', async () => {
    const engine = await setup(wishes, [{ ...archive, paths: ['out/'] }]);
    await engine.step();
    const first = readFileSync((await engine.pack(0))?.file ?? '');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    const again = readFileSync((await engine.pack(0))?.file ?? '');
    expect(again.equals(first)).toBe(true);
  });

  it('puts the statement in the place of a file of the project that has its name', async () => {
    const engine = await setup({ ...wishes, script: ['echo mine >artifacts-metadata.json'] }, [
      { ...archive, paths: ['*.json'] },
    ]);
    await engine.step();
    const packed = await engine.pack(0);
    expect(namesIn(packed?.file ?? '')).toEqual(['artifacts-metadata.json']);
  });
});

describe('the artifacts of earlier jobs', () => {
  function anArchive(name: string, files: Record<string, string>): string {
    const folder = join(root, `of-${name}`);
    mkdirSync(folder);
    for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
    const zip = join(root, `${name}.zip`);
    execFileSync('python3', ['-m', 'zipfile', '-c', zip, ...Object.keys(files)], { cwd: folder });
    return zip;
  }

  const fact = (id: number, name: string, filename: string | undefined = 'artifacts.zip') => ({
    id,
    name,
    token: 'x',
    artifacts_file: { filename, size: 1 },
  });

  it('are unpacked in order, the later over the earlier', async () => {
    const zips = [anArchive('one', { a: '1', b: '1' }), anArchive('two', { b: '2' })];
    const engine = await setup({
      fields: { dependencies: [fact(40, 'none', ''), fact(41, 'one'), fact(43, 'two')] },
      dependencies: [
        { id: 40, name: 'none', open: () => Promise.reject(new Error('asked for')) },
        { id: 41, name: 'one', open: () => Promise.resolve(createReadStream(zips[0] ?? '')) },
        { id: 43, name: 'two', open: () => Promise.resolve(createReadStream(zips[1] ?? '')) },
      ],
    });
    expect(['a', 'b'].map((name) => readText(join(engine.project, name)))).toEqual(['1', '2']);
    const at = engine.lines.indexOf('Downloading artifacts');
    expect(engine.lines.slice(at).map((line) => line.replace(/\s+id=.*/, ''))).toEqual([
      'Downloading artifacts',
      'Downloading artifacts for one (41)...',
      'Downloading artifacts from coordinator... ok',
      'Downloading artifacts for two (43)...',
      'Downloading artifacts from coordinator... ok',
      '',
    ]);
  });

  it('fail the job where they are gone', async () => {
    const job = setup({
      fields: { dependencies: [fact(41, 'build')] },
      dependencies: [{ id: 41, name: 'build', open: () => Promise.resolve(undefined) }],
    });
    expect(await failureOf(job)).toEqual({
      reason: 'dependency-missing',
      message: 'the artifacts of build (41) are not found',
    });
  });

  it('are asked for as often as the job wants', async () => {
    const zip = anArchive('one', { a: '1' });
    let asked = 0;
    const open = async () => {
      asked += 1;
      if (asked < 3) throw new Error('GitLab answers 502');
      return createReadStream(zip);
    };
    const engine = await setup({
      variables: { ARTIFACT_DOWNLOAD_ATTEMPTS: '3' },
      fields: { dependencies: [fact(41, 'build')] },
      dependencies: [{ id: 41, name: 'build', open }],
    });
    expect(readText(join(engine.project, 'a'))).toBe('1');
    expect(engine.lines).toContain('WARNING: Retrying... (GitLab answers 502)');
  });
});
