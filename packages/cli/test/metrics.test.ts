import { startEmulator } from '@fellrunner/emulator';
import { describe, expect, it } from 'vitest';

import { handlerUntil, startRunner } from './support/runner.ts';
import { TempFolder } from './support/temp-folder.ts';

describe('run --listen', () => {
  it('serves what Prometheus and probes ask for', async () => {
    using folder = new TempFolder();
    await using gitlab = await startEmulator();
    const failed = gitlab.job({ name: 'bad' });
    const until = handlerUntil(folder.file('go'));
    const handler = until.replace(
      'step: () =>',
      "step: (ctx) => ctx.job.name === 'bad' ? ctx.fail('script_failure', 1) :",
    );
    const more = ['--listen', '127.0.0.1:0', '--concurrency', '3'];
    await using runner = await startRunner({ folder, gitlab, handler, more });
    const [, url = ''] = /address=(http:\S+)/.exec(await runner.log(/metrics are served/)) ?? [];
    await failed.finished();
    gitlab.job({ name: 'good' });
    await runner.log(/job received.*name=good/);

    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get('content-type')).toContain('version=0.0.4');
    const metrics = await response.text();
    for (const line of [
      'gitlab_runner_jobs_total{runner="fellrunner"} 2',
      'gitlab_runner_failed_jobs_total{runner="fellrunner",failure_reason="script_failure"} 1',
      'gitlab_runner_job_duration_seconds_count{runner="fellrunner"} 1',
      'gitlab_runner_jobs{runner="fellrunner",state="running.script"} 1',
      'gitlab_runner_concurrent 3',
      'fellrunner_store_writable 1',
    ]) {
      expect(metrics).toContain(`${line}\n`);
    }
    expect(metrics).not.toContain(gitlab.runnerToken);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);

    runner.send('SIGQUIT');
    await runner.log(/stopping/);
    const stopping = await fetch(`${url}/health/ready`);
    expect([stopping.status, await stopping.text()]).toEqual([503, 'stopping\n']);
    folder.write('go', '');
    expect((await runner.ended).exitCode).toBe(0);
  });
});
