import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';

import { describe, expect, test, type TestContext } from 'vitest';

const ROOT = dirname(import.meta.dirname);
const PAGE = readFileSync(join(ROOT, 'docs/testing.md'), 'utf8');

/** A file as the page shows it: its name is in the first line. */
function fileOf(name: string): string {
  const blocks = [...PAGE.matchAll(/^```\w+\n(.*?)^```$/gms)].map(([, block = '']) => block);
  const found = blocks.find((block) => /^(?:\/\/|#) (\S+)\n/.exec(block)?.[1] === name);
  if (found === undefined) throw new Error(`The page shows no ${name}.`);
  return found;
}

/** A folder with files of the page in it, in which this workspace's packages are installed. */
function aProject({ onTestFinished }: TestContext, ...names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'fellrunner-testing-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  for (const name of names) writeFileSync(join(folder, name), fileOf(name));
  return folder;
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a test runner in a project as a user does, with nothing of the test around it. */
async function run(cwd: string, command: string, args: readonly string[]): Promise<Ended> {
  const inherited = Object.entries(process.env).filter(
    ([key]) => !/^(VITEST|NODE_|TEST$)/.test(key),
  );
  const env = Object.fromEntries(inherited);
  const PATH = [dirname(process.execPath), ROOT, process.env['PATH']].join(delimiter);
  const child = spawn(command, args, {
    cwd,
    env: { ...env, PATH, NO_COLOR: '1', NODE_OPTIONS: '--conditions=@fellrunner/source' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: (await output).join('') };
}

const VITEST = join(ROOT, 'node_modules/.bin/vitest');
const CONFIG = `export default {
  ssr: { resolve: { conditions: ['@fellrunner/source', 'module', 'node'] } },
  test: { testTimeout: 30_000 },
};
`;

describe.concurrent('the tests in docs/testing.md', () => {
  test('pass in Vitest', async (context) => {
    const folder = aProject(context, 'board.ts', 'board.test.ts');
    writeFileSync(join(folder, 'vitest.config.js'), CONFIG);
    const { code, output } = await run(folder, VITEST, ['run', '--root', folder]);
    expect(code, output).toBe(0);
    expect(output).toMatch(/Tests +2 passed/);
  });

  test('show in Vitest the log of the job that failed, as the page does', async (context) => {
    const folder = aProject(context, 'board.ts');
    const failing = fileOf('board.test.ts').replace("['selftest']", "['burn']");
    writeFileSync(join(folder, 'board.test.ts'), failing);
    writeFileSync(join(folder, 'vitest.config.js'), CONFIG);
    const { code, output } = await run(folder, VITEST, ['run', '--root', folder]);
    expect(code, output).toBe(1);
    const message = /^Expected job 1 "test".*?^ {2}ERROR[^\n]*$/ms.exec(PAGE)?.[0];
    expect(output).toContain(message);
  });

  test('pass in node:test', async (context) => {
    const folder = aProject(context, 'board.ts', 'board.node.ts');
    const { code, output } = await run(folder, 'node', ['--test', 'board.node.ts']);
    expect(code, output).toBe(0);
    expect(output).toMatch(/pass 1\b/);
  });

  test('show in node:test the log of the job that failed', async (context) => {
    const folder = aProject(context, 'board.ts');
    const failing = fileOf('board.node.ts').replace("['selftest']", "['burn']");
    writeFileSync(join(folder, 'board.node.ts'), failing);
    const { code, output } = await run(folder, 'node', ['--test', 'board.node.ts']);
    expect(code, output).toBe(1);
    expect(output).toMatch(/to have succeeded, but it failed with script_failure \(exit code 17\)/);
    expect(output).toMatch(/^\s+doing burn$/m);
  });

  const hasPytest = spawnSync('python3', ['-c', 'import pytest']).status === 0;
  test.skipIf(!hasPytest)('pass in pytest (skipped where python3 has none)', async (context) => {
    const folder = aProject(context, 'test_my_runner.py');
    const runner = 'my_runner.py';
    copyFileSync(join(ROOT, 'test/testing-docs', runner), join(folder, runner));
    const { code, output } = await run(folder, 'python3', [
      '-m',
      'pytest',
      '-p',
      'no:cacheprovider',
    ]);
    expect(code, output).toBe(0);
    expect(output).toMatch(/1 passed/);
  });
});
