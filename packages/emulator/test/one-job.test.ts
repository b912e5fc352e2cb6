import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startEmulator } from '../src/index.ts';
import { checksumOf, requestJob, send, takeJob } from './support/wire.ts';

describe('a job from its request to its end', () => {
  test('is handed out, logged, and finished by the update after the 202', async () => {
    await using gitlab = await startEmulator({ settings: { flush_delay_s: 0 } });
    const job = gitlab.job({ script: 'make' });
    const taken = await takeJob(gitlab);
    expect(taken.id).toBe(job.id);
    expect(job.status).toBe('running');
    expect((await taken.patch(0, 'hello\n')).status).toBe(202);
    const end = { state: 'success', output: checksumOf('hello\n') };
    const first = await taken.update(end);
    expect([first.status, first.headers['x-gitlab-trace-update-interval']]).toEqual([202, '1']);
    expect(job.status).toBe('running');
    const second = await taken.update(end);
    expect([second.status, second.text, second.headers['job-status']]).toEqual([200, '200', 'success']);
    await job.finished();
    expect(job.trace).toBe('hello\n');
    expect((await requestJob(gitlab)).status).toBe(204);
  });

  test('uploads an artifact that another job downloads', async () => {
    await using gitlab = await startEmulator();
    const build = gitlab.job({ artifacts: [{ paths: ['out/'] }] });
    const taken = await takeJob(gitlab);
    expect((await taken.upload({ content: 'zip-bytes' })).text).toBe('201');
    await taken.update({ state: 'success' });
    gitlab.job({ dependencies: [build.id] });
    const next = await takeJob(gitlab);
    const [dependency] = next.payload.dependencies;
    expect(dependency.artifacts_file).toEqual({ filename: 'artifacts.zip', size: 9 });
    const download = await send(gitlab, `/api/v4/jobs/${build.id}/artifacts`, {
      headers: { 'job-token': dependency.token },
    });
    expect([download.status, download.text]).toEqual([200, 'zip-bytes']);
  });

  test('fetches its sources by the refspecs of its payload', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'emulator-test-'));
    try {
      const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8', cwd: folder });
      git('init', '-q', '-b', 'main', 'source');
      writeFileSync(join(folder, 'source', 'file'), 'content');
      git('-C', 'source', 'add', '.');
      git('-C', 'source', '-c', 'user.name=A', '-c', 'user.email=a@example.com', 'commit', '-qm', 'First');
      await using gitlab = await startEmulator();
      gitlab.job({ git: { path: join(folder, 'source') } });
      const { payload } = await takeJob(gitlab);
      const { repo_url: url, sha, refspecs } = payload.git_info;
      git('init', '-q', 'clone');
      await fetchWith(folder, url, refspecs);
      git('-C', 'clone', 'checkout', '-q', sha);
      expect(readFileSync(join(folder, 'clone', 'file'), 'utf8')).toBe('content');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

async function fetchWith(folder: string, url: string, refspecs: string[]): Promise<void> {
  const { execFile } = await import('node:child_process');
  const { promisify } = await import('node:util');
  await promisify(execFile)('git', ['-C', 'clone', 'fetch', '-q', '--depth', '20', url, ...refspecs], { cwd: folder });
}
