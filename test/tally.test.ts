import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

const TALLY = join(dirname(import.meta.dirname), '.ci/tally.mjs');

interface Reports {
  readonly tests?: object;
  readonly testsExit?: number;
  readonly checks?: string;
  readonly checksExit?: number;
}

/** The last line of CI, and its exit code, where tests and checks have left these reports. */
function tally({ tests, testsExit = 0, checks = '', checksExit = 0 }: Reports) {
  const folder = mkdtempSync(join(tmpdir(), 'fellrunner-tally-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [testsFile, checksFile] = [join(folder, 'tests.json'), join(folder, 'checks.txt')];
  if (tests !== undefined) writeFileSync(testsFile, JSON.stringify(tests));
  writeFileSync(checksFile, checks);
  const args = [TALLY, `${testsExit}`, testsFile, `${checksExit}`, checksFile];
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { line: stdout, status };
}

const allGreen = {
  numTotalTests: 41,
  numPassedTests: 41,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
};

describe('the last line of CI', () => {
  test('adds the checks to the tests', () => {
    const { line, status } = tally({ tests: allGreen, checks: 'lint ok\n6 passed, 0 failed\n' });
    expect(line).toBe('47 passed, 0 failed\n');
    expect(status).toBe(0);
  });

  test('names what was skipped, where something was', () => {
    const tests = { ...allGreen, numTotalTests: 44, numPendingTests: 2, numTodoTests: 1 };
    const { line, status } = tally({ tests, checks: '6 passed, 0 failed\n' });
    expect(line).toBe('47 passed, 0 failed, 3 skipped\n');
    expect(status).toBe(0);
  });

  test('counts what failed, and fails', () => {
    const tests = { ...allGreen, numPassedTests: 40, numFailedTests: 1 };
    const { line, status } = tally({
      tests,
      testsExit: 1,
      checks: '4 passed, 2 failed\n',
      checksExit: 1,
    });
    expect(line).toBe('44 passed, 3 failed\n');
    expect(status).toBe(1);
  });

  test('counts as failed what never ended, where its process died, and what did not load', () => {
    const didNotLoad = { status: 'failed', assertionResults: [] };
    const tests = { ...allGreen, numTotalTests: 44, testResults: [didNotLoad] };
    const { line, status } = tally({ tests, testsExit: 1, checks: '6 passed, 0 failed\n' });
    expect(line).toBe('47 passed, 4 failed\n');
    expect(status).toBe(1);
  });

  test('fails when the tests ended badly with every one of them passed', () => {
    const { line, status } = tally({ tests: allGreen, testsExit: 1, checks: '6 passed, 0 failed' });
    expect(line).toBe('47 passed, 1 failed\n');
    expect(status).toBe(1);
  });

  test('fails when nothing could be counted', () => {
    const { line, status } = tally({ testsExit: 1, checksExit: 1 });
    expect(line).toBe('0 passed, 2 failed\n');
    expect(status).toBe(1);
  });
});
