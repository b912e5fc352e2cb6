import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { FakeEngine, failureOf, type EngineWishes } from './fake-engine.ts';

function setup(wishes: EngineWishes = {}): FakeEngine {
  const engine = new FakeEngine(wishes);
  mkdirSync(engine.project, { recursive: true });
  return engine;
}

afterEach(() => FakeEngine.removeAll());

describe('a step', () => {
  it('shows each command in green before what it prints, inside a section', async () => {
    const engine = setup({ script: ['echo one', 'echo two >&2'] });
    await engine.step();
    expect(engine.text.replaceAll(/:\d{10}:/g, ':TIME:')).toBe(
      'section_start:TIME:step_script\r\x1b[0K' +
        '\x1b[0K\x1b[36;1mExecuting "step_script" stage of the job script\x1b[0;m\x1b[0;m\n' +
        '\x1b[32;1m$ echo one\x1b[0;m\none\n' +
        '\x1b[32;1m$ echo two >&2\x1b[0;m\ntwo\n' +
        'section_end:TIME:step_script\r\x1b[0K',
    );
  });

  it('tells the engine its process once it has claimed the step', async () => {
    const engine = setup({ script: ['echo $PPID'] });
    await engine.step();
    expect(engine.claims).toEqual([Number(engine.lines.at(-2))]);
  });

  it('fails with the exit code of the first command that fails', async () => {
    const engine = setup({ script: ['true', '(exit 3)', 'echo not reached'] });
    expect(await failureOf(engine.step())).toEqual({
      reason: 'step-exited',
      step: 'script',
      exitCode: 3,
    });
    expect(engine.text).not.toContain('\nnot reached');
  });

  it('fails where a command in the middle of a pipe fails', async () => {
    const engine = setup({ script: ['false | cat'] });
    expect(await failureOf(engine.step())).toMatchObject({ exitCode: 1 });
  });

  it('shows a command of several lines by its first', async () => {
    const engine = setup({ script: ['for i in 1 2\ndo echo "n$i"\ndone'] });
    await engine.step();
    expect(engine.lines).toEqual([
      'Executing "step_script" stage of the job script',
      '$ for i in 1 2 # collapsed multi-line command',
      'n1',
      'n2',
      '',
    ]);
  });

  it('passes bytes on as they are', async () => {
    const engine = setup({ script: [String.raw`printf '\xff\x00\xc3\xa9 ü\n'`] });
    await engine.step();
    expect(engine.output.includes(Buffer.from([0xff, 0, 0xc3, 0xa9, 0x20, 0xc3, 0xbc, 10]))).toBe(
      true,
    );
  });

  it('runs in the project folder, in a login shell, with nothing to read', async () => {
    const engine = setup({
      script: ['pwd', 'shopt -q login_shell && echo login', 'cat; echo end'],
    });
    await engine.step();
    expect(engine.lines.slice(2)).toEqual(expect.arrayContaining([engine.project, 'login', 'end']));
  });

  it('is two processes: one that keeps the exit code, and the shell', async () => {
    const engine = setup({
      script: ['read -r children </proc/$PPID/task/$PPID/children || echo "[$children]=[$$]"'],
    });
    await engine.step();
    const [, children, shell] = /\[(\d+) ?\]=\[(\d+)\]/.exec(engine.text) ?? [];
    expect(children).toBe(shell);
  });

  it('never prints its own text when a signal ends the script', async () => {
    const engine = setup({
      script: ['kill -9 $$'],
      variables: { SECRET: { value: 'do-not-print', masked: true } },
    });
    expect(await failureOf(engine.step())).toMatchObject({ reason: 'step-exited', exitCode: 137 });
    expect(engine.lines).toEqual([
      'Executing "step_script" stage of the job script',
      '$ kill -9 $$',
      '',
    ]);
  });

  it('keeps its output and script from other accounts', async () => {
    const engine = setup({ script: ['true'] });
    await engine.step();
    const files = readdirSync(engine.folder).filter((name) => name.startsWith('step'));
    expect(files.toSorted()).toEqual(['step-0.claim.1', 'step-0.output']);
    expect(statSync(join(engine.folder, 'step-0.output')).mode & 0o777).toBe(0o600);
  });
});
