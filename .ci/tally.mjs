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
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(lastLine) ?? [];
  return { passed: Number(passed), failed: Number(failed), skipped: 0 };
}

function countOr(exitCode, count) {
  let counted = { passed: 0, failed: 0, skipped: 0 };
  try {
    counted = count();
  } catch (error) {
    console.error(error.message);
  }
  const failed = exitCode === '0' ? counted.failed : Math.max(counted.failed, 1);
  return { ...counted, failed };
}

const tests = countOr(testsExit, countTests);
const checks = countOr(checksExit, countChecks);
const passed = tests.passed + checks.passed;
const failed = tests.failed + checks.failed;
console.log(
  `${passed} passed, ${failed} failed${tests.skipped > 0 ? `, ${tests.skipped} skipped` : ''}`,
);
process.exitCode = failed > 0 ? 1 : 0;
