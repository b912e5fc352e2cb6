// Adds up what vitest and the checks counted. What ended badly without counting a failure (a file
// that does not load, a tool that died) counts as one.
import { readFileSync } from 'node:fs';

const [testsExit, testsFile, checksExit, checksFile] = process.argv.slice(2);

function countTests() {
  const report = JSON.parse(readFileSync(testsFile, 'utf8'));
  const skipped = report.numPendingTests + report.numTodoTests;
  return { passed: report.numPassedTests, failed: report.numFailedTests, skipped };
}

function countChecks() {
  const lastLine = readFileSync(checksFile, 'utf8').trimEnd().split('\n').at(-1) ?? '';
  const counts = /^(\d+) passed, (\d+) failed$/.exec(lastLine);
  if (counts === null) throw new Error(`The checks ended without a tally: ${lastLine}`);
  return { passed: Number(counts[1]), failed: Number(counts[2]), skipped: 0 };
}

/** What was counted, with at least one failure where the exit code or a missing report says so. */
function tally(exitCode, count) {
  try {
    const counted = count();
    return exitCode === '0' ? counted : { ...counted, failed: Math.max(counted.failed, 1) };
  } catch (error) {
    console.error(error.message);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

const tests = tally(testsExit, countTests);
const checks = tally(checksExit, countChecks);
const passed = tests.passed + checks.passed;
const failed = tests.failed + checks.failed;
console.log(
  `${passed} passed, ${failed} failed${tests.skipped > 0 ? `, ${tests.skipped} skipped` : ''}`,
);
process.exitCode = failed > 0 ? 1 : 0;
