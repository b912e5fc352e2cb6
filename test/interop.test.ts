import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { describeResults } from '../interop/describe-results.ts';
import { runProgram } from '../interop/run-program.ts';
import { NotHere, type Program } from '../interop/scenario.ts';

const nothing = { [Symbol.asyncDispose]: () => Promise.resolve() };

function program(prepare: Program['prepare']): Program {
  return { name: 'p', title: 'a program', prepare };
}

test('a program that the machine lacks is skipped, and the table says why', async () => {
  const lines: string[] = [];
  const absent = program(() => Promise.reject(new NotHere('no cargo')));
  const results = await runProgram(absent, (line) => lines.push(line));
  expect(lines).toEqual(['a program: skipped: no cargo']);
  expect(describeResults(results)).toMatch(/\| all +\| skipped: no cargo \|/);
});

test('a scenario passes, fails with its reason, or shows a defect that is not ours', async () => {
  const scenarios = [
    { name: 'one', run: () => Promise.resolve() },
    { name: 'two', run: () => Promise.reject(new Error('1 | 2\nis wrong')) },
    { name: 'three', defect: 'it forgets', run: () => Promise.resolve() },
    { name: 'four', defect: 'it forgets', run: () => Promise.reject(new Error('it does not')) },
  ];
  const ready = program(() => Promise.resolve({ version: '1.2', scenarios, ...nothing }));
  const text = describeResults(await runProgram(ready, () => {}));
  expect(text).toContain('Version 1.2.');
  expect(text).toMatch(/\| one +\| passed +\|/);
  expect(text).toContain('**failed**: 1 \\| 2 is wrong');
  expect(text).toContain('its own defect: it forgets');
  expect(text).toContain('**failed**: it does not');
});

test('the programs of others were last seen to do all that they can', () => {
  const table = readFileSync(new URL('../docs/interop.md', import.meta.url), 'utf8');
  expect(table).not.toMatch(/\*\*failed\*\*|skipped:/);
});
