/** `npm run interop -- [--official BIN] [--only NAME]` */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { describeResults } from './describe-results.ts';
import { gitlabRunnerApi } from './gitlab-runner-api.ts';
import { officialRunner } from './official-runner.ts';
import { pythonGitlab } from './python-gitlab.ts';
import { runProgram } from './run-program.ts';
import { rustCrate } from './rust-crate.ts';
import { rustMock } from './rust-mock.ts';
import type { Result } from './scenario.ts';

const { values } = parseArgs({
  options: { official: { type: 'string' }, only: { type: 'string' } },
});

const programs = [
  officialRunner(values.official),
  rustCrate,
  rustMock,
  gitlabRunnerApi,
  pythonGitlab,
];
const chosen = programs.filter(({ name }) => values.only === undefined || values.only === name);
if (chosen.length === 0) {
  console.error(
    `No program ${values.only}; there are ${programs.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}

const results: Result[] = [];
for (const program of chosen) results.push(...(await runProgram(program, console.error)));

const text = describeResults(results);
if (values.only === undefined)
  await writeFile(new URL('../docs/interop.md', import.meta.url), text);
const count = (kind: Result['verdict']['kind']): number =>
  results.filter(({ verdict }) => verdict.kind === kind).length;
const [passed, defects] = [count('passed'), count('defect')];
console.log(
  `${passed} passed, ${defects} defects of others, ${count('failed')} failed, ${count('skipped')} skipped`,
);
process.exitCode = count('failed') > 0 ? 1 : 0;
