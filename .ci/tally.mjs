// Adds up what vitest and the checks counted. A test that never ended counts as failed, and so does
// a file that did not load; what ended badly without counting a failure counts as one.
import { readFileSync } from 'node:fs';

const [testsExit, testsFile, checksExit, checksFile] = process.argv.slice(2);

function countTests() {
  const report = JSON.parse(readFileSync(testsFile, 'utf8'));
  const { numPassedTests: passed, numFailedTests, numTotalTests } = report;
  const skipped = report.numPendingTests + report.numTodoTests;
  const unended = numTotalTests - passed - numFailedTests - skipped;
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return { passed, failed: numFailedTests + unended + unloaded.length, skipped };
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
