import { describe, expect, test } from 'vitest';

import { ExampleRunner } from './support/example-runner.ts';

const artifacts = [
  { paths: ['console.log'], when: 'always' },
  { artifact_type: 'junit', artifact_format: 'gzip', paths: ['report.xml'], when: 'always' },
] as const;

describe.concurrent('the device lab', () => {
  test('types a script into the console, and gives the console log and a report', async () => {
    await using runner = await ExampleRunner.start('device-lab');
    const script = ['selftest', 'burn', 'temperature'];
    const job = runner.gitlab.job({ name: 'hot', script, variables: { BOARD: 'ares' }, artifacts });
    await job.finished();
    const console = 'ares> selftest\nmemory ok, radio ok\nares> burn\nthermal shutdown\n';
    const end = 'ERROR: Job failed: script_failure (exit status 17)\n';
    expect(job.trace).toBe(`Waiting for ares.\n${console}${end}`);
    expect([job.failureReason, job.exitCode]).toEqual(['script_failure', 17]);
    expect(job.artifact()?.file('console.log').toString()).toBe(console);
    expect(job.artifact('junit')?.file('report.xml').toString()).toBe(
      '<testsuite name="hot" tests="2">\n' +
        '  <testcase classname="hot" name="selftest"></testcase>\n' +
        '  <testcase classname="hot" name="burn"><failure message="code 17"/></testcase>\n' +
        '</testsuite>\n',
    );
  });

  test('gives a board to one job at a time, and other boards to other jobs meanwhile', async () => {
    await using runner = await ExampleRunner.start('device-lab');
    const onBoard = (BOARD: string, script: string) =>
      runner.gitlab.job({ script, variables: { BOARD } });
    const holder = onBoard('ares', 'hang');
    await holder.until(({ trace }) => trace.includes('no answer will come'));
    const waiting = onBoard('ares', 'selftest');
    const other = onBoard('zeus', 'selftest');
    await other.finished();
    await waiting.until(({ trace }) => trace.includes('ares> selftest'));
    expect([other.status, waiting.status]).toEqual(['success', 'running']);
    holder.cancel();
    await waiting.finished();
    expect([holder.status, waiting.status]).toEqual(['canceled', 'success']);
  });

  test('frees the board of a job whose runner was killed', async () => {
    await using runner = await ExampleRunner.start('device-lab');
    const variables = { BOARD: 'ares' };
    const lost = runner.gitlab.job({ script: 'hang', variables });
    await lost.until(({ trace }) => trace.includes('no answer will come'));
    await runner.kill();
    runner.start();
    const next = runner.gitlab.job({ script: 'selftest', variables });
    await Promise.all([lost.finished(), next.finished()]);
    expect([lost.failureReason, next.status]).toEqual(['runner_system_failure', 'success']);
  });
});
