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
    expect([second.status, second.text, second.headers['job-status']]).toEqual([
      200,
      '200',
      'success',
    ]);
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
    if (dependency === undefined) throw new Error('The job has no dependency.');
    expect(dependency.artifacts_file).toEqual({ filename: 'artifacts.zip', size: 9 });
    const download = await send(gitlab, `/api/v4/jobs/${build.id}/artifacts`, {
      headers: { 'job-token': dependency.token },
    });
    expect([download.status, download.text]).toEqual([200, 'zip-bytes']);
  });
});
