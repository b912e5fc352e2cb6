import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test, vi, type TestContext } from 'vitest';

import { ExampleRunner } from './support/example-runner.ts';

/** A file that a batch job waits for, and one that it leaves when it is ended. */
function aGate({ onTestFinished }: TestContext): {
  readonly script: string;
  readonly open: () => void;
  readonly ended: string;
} {
  const folder = mkdtempSync(join(tmpdir(), 'fellrunner-batch-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [gate, ended] = [join(folder, 'gate'), join(folder, 'ended')];
  const script = `trap 'touch ${ended}; exit 1' TERM; until [ -e ${gate} ]; do sleep 0.1; done`;
  return { script, open: () => writeFileSync(gate, ''), ended };
}

describe.concurrent('a batch job', () => {
  test("has the job's variables, and its output and exit code become the job's", async () => {
    await using runner = await ExampleRunner.start('batch-job');
    const script = ['echo "residual $RESIDUAL" >&2', 'exit 3', 'echo never'];
    const job = runner.gitlab.job({ script, variables: { RESIDUAL: '1e9' } });
    await job.finished();
    expect([job.status, job.failureReason, job.exitCode]).toEqual(['failed', 'script_failure', 3]);
    expect(job.trace).toBe(
      'This is batch job 1.\nresidual 1e9\nSlurm ended it: FAILED.\n' +
        'ERROR: Job failed: script_failure (exit status 3)\n',
    );
  });

  test('is followed on by the next runner when its own was killed', async (context) => {
    await using runner = await ExampleRunner.start('batch-job');
    const { open, script } = aGate(context);
    const job = runner.gitlab.job({
      script: ['echo begun', script, 'echo "$PPID" >&2; echo done'],
    });
    await job.until(({ trace }) => trace.includes('begun'));
    await runner.kill();
    open();
    runner.start();
    await job.finished();
    expect(job.status).toBe('success');
    expect(job.trace).toMatch(/^This is batch job 1\.\nbegun\n\d+\ndone\n$/);
  });

  test('is canceled with its job', async (context) => {
    await using runner = await ExampleRunner.start('batch-job');
    const { ended, script } = aGate(context);
    const job = runner.gitlab.job({ script: ['echo begun', script] });
    await job.until(({ trace }) => trace.includes('begun'));
    job.cancel();
    await job.finished();
    await vi.waitUntil(() => existsSync(ended), { timeout: 30_000 });
    expect(job.status).toBe('canceled');
  });
});
