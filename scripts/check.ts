// What CI runs beside the tests: all of it, or what is named (`npm run check -- types lint`).
import { delimiter, dirname, join } from 'node:path';
import { styleText } from 'node:util';

import { checkInstalledCommand } from './check/installed-command.ts';
import { buildPackages, checkPackages } from './check/packages.ts';
import { runTool } from './check/run-tool.ts';

const checks: Readonly<Record<string, () => Promise<unknown>>> = {
  types: buildPackages,
  lint: () => runTool('oxlint', ['--type-aware']),
  format: () => runTool('prettier', ['--check', '--log-level', 'warn', '.']),
  'dead-code': () => runTool('knip', []),
  generated: () => runTool('node', ['scripts/draw-machine.ts', '--check']),
  packages: checkPackages,
  installed: checkInstalledCommand,
};

/** Runs one check, says how it ended, and whether it passed. */
async function passes(name: string): Promise<boolean> {
  const start = performance.now();
  const failure = await checks[name]?.().then(
    () => undefined,
    (error: unknown) => error,
  );
  const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
  const word = failure === undefined ? styleText('green', 'ok    ') : styleText('red', 'failed');
  console.log(`${name.padEnd(10)} ${word} ${seconds} s`);
  if (failure !== undefined) console.log(failure instanceof Error ? failure.message : failure);
  return failure === undefined;
}

const root = dirname(import.meta.dirname);
process.chdir(root);
process.env['PATH'] = [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter);

const named = process.argv.slice(2);
const unknown = named.filter((name) => !Object.hasOwn(checks, name));
if (unknown.length > 0) {
  console.error(`No check ${unknown.join(', ')}; there are ${Object.keys(checks).join(', ')}.`);
  process.exit(2);
}

let passed = 0;
let failed = 0;
for (const name of named.length > 0 ? named : Object.keys(checks)) {
  if (await passes(name)) passed += 1;
  else failed += 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
