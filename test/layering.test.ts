import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

const ROOT = dirname(import.meta.dirname);

/** A file's place, a line that does not belong there, and what the linter has to say of it. */
const MISPLACED: readonly (readonly [file: string, line: string, message: string])[] = [
  ['core/src/a.ts', `import 'node:fs/promises';`, 'behind ports/'],
  ['core/src/a.ts', `import '@fellrunner/engine';`, 'knows no other package'],
  ['core/src/a.ts', `import 'xstate';`, 'job-machine'],
  ['core/src/a.ts', `export const a = process.env;`, 'asks its caller'],
  ['core/src/gitlab/a.ts', `import '../job/job-machine.ts';`, 'what follows from it'],
  ['core/src/gitlab/a.ts', `import 'node:fs';`, 'handed in as a stream'],
  ['core/src/job/a.ts', `export const a = Date.now();`, 'comes in with an event'],
  ['core/src/job/job-machine.ts', `import '../gitlab/patch-trace.ts';`, 'machine is pure'],
  ['engine/src/a.ts', `import 'rxjs';`, 'stay in trace/'],
  ['engine/src/a.ts', `import 'rxjs/internal/Subject';`, 'stay in trace/'],
  ['engine/src/a.ts', `import 'piscina';`, 'Only pool/worker-pool.ts'],
  ['engine/src/a.ts', `import '@fellrunner/persistence';`, 'The engine knows ports'],
  ['engine/src/a.ts', `import '@fellrunner/testkit';`, 'The engine knows ports'],
  ['engine/src/a.ts', `process.exit(1);`, 'Only the command'],
  ['engine/src/trace/a.ts', `import 'piscina';`, 'Only pool/worker-pool.ts'],
  ['engine/src/pool/worker-pool.ts', `import 'rxjs';`, 'stay in trace/'],
  ['engine/src/worker/a.ts', `import '../runner.ts';`, 'reached by messages alone'],
  ['executors/src/a.ts', `import '@fellrunner/engine';`, 'it has its context'],
  ['persistence/src/a.ts', `import '@fellrunner/engine';`, 'knows nobody who uses it'],
  ['emulator/src/a.ts', `import '@fellrunner/core';`, 'Stands alone'],
  ['cli/src/a.ts', `import 'better-sqlite3';`, 'SQLite is persistence'],
  ['cli/src/a.ts', `import '@fellrunner/testkit';`, 'brings vitest along'],
  ['cli/test/a.test.ts', `setTimeout(() => undefined, 1);`, 'Wait for an event'],
  ['cli/test/b.test.ts', `import { setTimeout } from 'node:timers/promises';`, 'Wait for an event'],
];

const WELL_PLACED: readonly (readonly [file: string, line: string])[] = [
  ['core/src/job/job-machine.ts', `import 'xstate';`],
  ['core/src/job/job-machine.test.ts', `import 'xstate/graph';`],
  ['engine/src/trace/a.ts', `import 'rxjs/internal/Subject';`],
  ['engine/src/pool/worker-pool.ts', `import 'piscina';`],
  ['engine/src/a.ts', `import '@fellrunner/archive';`],
  ['engine/src/a.test.ts', `import '@fellrunner/testkit';`],
  ['executors/src/a.ts', `import '@fellrunner/core';`],
  ['persistence/src/a.ts', `import 'better-sqlite3';`],
  ['cli/src/a.ts', `console.log(process.env);`],
];

interface Diagnostic {
  readonly code: string;
  readonly help: string | null;
  readonly message: string;
  readonly filename: string;
  readonly labels: readonly { readonly span: { readonly line: number } }[];
}

/** Lints the lines, each in its place, under the repository's rules; one list of words per line. */
function lint(lines: readonly (readonly [file: string, line: string, ...unknown[]])[]): string[] {
  const root = mkdtempSync(join(tmpdir(), 'fellrunner-layering-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  cpSync(join(ROOT, '.oxlintrc.json'), join(root, '.oxlintrc.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const files = Map.groupBy(lines, ([file]) => join('packages', file));
  for (const [file, content] of files) {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    writeFileSync(join(root, file), content.map(([, line]) => `${line}\n`).join(''));
  }
  const oxlint = join(ROOT, 'node_modules/.bin/oxlint');
  const { stdout } = spawnSync(oxlint, ['--format', 'json', 'packages'], {
    cwd: root,
    encoding: 'utf8',
  });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly Diagnostic[] };
  const layering = diagnostics.filter(({ code }) => /no-restricted|no-console/.test(code));
  return lines.map((line) => {
    const [file] = line;
    const place = join('packages', file);
    const number = (files.get(place) ?? []).indexOf(line) + 1;
    return layering
      .filter(({ filename, labels }) => filename === place && labels[0]?.span.line === number)
      .map(({ help, message }) => `${message} ${help ?? ''}`)
      .join(' ');
  });
}

test('code in a place where it does not belong is refused, and told why', () => {
  const words = lint(MISPLACED);
  for (const [index, [file, line, message]] of MISPLACED.entries()) {
    expect(words[index], `${file}: ${line}`).toContain(message);
  }
});

test('code in its place is taken without a word', () => {
  const words = lint(WELL_PLACED);
  for (const [index, [file, line]] of WELL_PLACED.entries()) {
    expect(words[index], `${file}: ${line}`).toBe('');
  }
});
