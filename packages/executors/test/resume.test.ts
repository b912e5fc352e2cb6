import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { findOwnGroup, groupsOfStore } from '../src/process/control-group.ts';
import { currentHost } from '../src/process/process-identity.ts';
import { readProcess } from '../src/process/process-table.ts';
import { formatHost, revokeClaim } from '../src/step/step-claim.ts';
import { FakeEngine, failureOf, type EngineWishes } from './fake-engine.ts';
import { killRunnerAt, startRunner } from './killed-runner.ts';
import { until } from './until.ts';

function setup(wishes: EngineWishes): { engine: FakeEngine; wishes: EngineWishes } {
  const root = wishes.root ?? mkdtempSync(join(tmpdir(), 'fellrunner-shell-'));
  const engine = new FakeEngine({ ...wishes, root });
  mkdirSync(engine.project, { recursive: true });
  return { engine, wishes: { ...wishes, root } };
}

afterEach(() => FakeEngine.removeAll());

const resumed = { isResumed: true };

function stepFile(engine: FakeEngine, name: string): string {
  mkdirSync(engine.folder, { recursive: true });
  return join(engine.folder, `step-0.${name}`);
}

/** A claim as the wrapper of another process writes it. */
function writeClaim(engine: FakeEngine, first: string, rest = ''): void {
  writeFileSync(stepFile(engine, 'claim.1'), `${first}\n${rest}`);
  writeFileSync(stepFile(engine, 'output'), 'of before\n');
}

describe('a step whose runner was killed', () => {
  it('goes on, and the next runner sees it to its end', async () => {
    const { engine, wishes } = setup({
      script: ['echo first', 'until [ -e go ]; do sleep 0.02; done', 'echo last', '(exit 4)'],
    });
    await killRunnerAt('\nfirst\n', wishes);
    const step = failureOf(engine.step(0, resumed));
    await until('the step is taken up', () => engine.claims.length === 1);
    writeFileSync(join(engine.project, 'go'), '');
    expect(await step).toEqual({ reason: 'step-exited', step: 'script', exitCode: 4 });
    expect(engine.lines.filter((line) => line === 'first' || line === 'last')).toEqual([
      'first',
      'last',
    ]);
    expect(engine.text.match(/section_start/g)).toHaveLength(1);
    expect(engine.text.match(/section_end/g)).toHaveLength(1);
    const [keeper = 0] = engine.claims;
    await until('what kept the exit code is gone', () => readProcess(keeper) === undefined);
    const groups = groupsOfStore(findOwnGroup() ?? '', engine.runner.storeId);
    expect(groups).toEqual([]);
  });

  it('may end while no runner lives, and its exit code is there all the same', async () => {
    const { engine, wishes } = setup({
      script: ['echo first', 'until [ -e go ]; do sleep 0.02; done', 'echo last', '(exit 5)'],
    });
    await killRunnerAt('\nfirst\n', wishes);
    writeFileSync(join(engine.project, 'go'), '');
    const claim = stepFile(engine, 'claim.1');
    await until('the step ends', () => readFileSync(claim, 'utf8').endsWith('exit 5\n'));
    expect(await failureOf(engine.step(0, resumed))).toMatchObject({ exitCode: 5 });
    expect(engine.lines).toContain('last');
  });

  it('is ended with everything it started when the job is canceled later', async () => {
    const { engine, wishes } = setup({
      script: ['echo first', 'setsid sleep 1000 & echo $! >pid', 'sleep 1000'],
    });
    await killRunnerAt('\nfirst\n', wishes);
    await until('the daemon lives', () => existsSync(join(engine.project, 'pid')));
    const step = failureOf(engine.step(0, resumed));
    await until('the step is taken up', () => engine.claims.length === 1);
    engine.ender.abort('canceled');
    expect(await step).toMatchObject({ reason: 'step-exited', exitCode: 143 });
    expect(readProcess(Number(readFileSync(join(engine.project, 'pid'), 'utf8')))).toBeUndefined();
  });

  it('is lost where its process is gone and left no exit code', async () => {
    const { engine, wishes } = setup({
      script: ['echo $PPID >pid; echo first; sleep 1000 & wait'],
    });
    await killRunnerAt('\nfirst\n', wishes);
    const wrapper = Number(readFileSync(join(engine.project, 'pid'), 'utf8'));
    const shell = Number(readFileSync(`/proc/${wrapper}/task/${wrapper}/children`, 'utf8'));
    process.kill(wrapper, 'SIGKILL');
    expect(await failureOf(engine.step(0, resumed))).toEqual({
      reason: 'process-lost',
      step: 'script',
      message: `process ${wrapper} is gone`,
    });
    expect(readProcess(shell)).toBeUndefined();
  });

  it('is never mistaken for another process that got its pid', async () => {
    const { engine } = setup({ script: ['echo not again'] });
    writeClaim(engine, `${process.pid} 1 ${formatHost(currentHost())}`);
    expect(await failureOf(engine.step(0, resumed))).toMatchObject({ reason: 'process-lost' });
    expect(engine.text).toContain('of before');
    expect(engine.text).not.toContain('not again');
  });

  it('is lost with a machine that was rebooted, and the log says so', async () => {
    const { engine } = setup({ script: ['echo not again'] });
    const before = { ...currentHost(), bootId: 'an-earlier-boot' };
    const { startTime = '' } = readProcess(process.pid) ?? {};
    writeClaim(engine, `${process.pid} ${startTime} ${formatHost(before)}`);
    expect(await failureOf(engine.step(0, resumed))).toMatchObject({
      reason: 'process-lost',
      message: 'the machine was rebooted while it ran',
    });
  });

  it('keeps its exit code over a reboot', async () => {
    const { engine } = setup({ script: ['true'] });
    writeClaim(engine, '123 456 an-earlier-boot pid:[1]', 'exit 0\n');
    await engine.step(0, resumed);
    expect(engine.text).toContain('of before');
  });
});

describe('a step that a killed runner was about to start', () => {
  it('is started where no process has claimed it', async () => {
    const { engine } = setup({ script: ['echo once'] });
    await engine.step(0, { ...resumed, startingAt: Date.now() });
    expect(engine.lines.filter((line) => line === 'once')).toHaveLength(1);
  });

  it('is not run by the late process that finds the claim taken', async () => {
    const { engine, wishes } = setup({ script: ['echo once >>ran'] });
    revokeClaim(stepFile(engine, 'claim.1'));
    const late = startRunner(wishes);
    await once(late, 'exit');
    expect(existsSync(join(engine.project, 'ran'))).toBe(false);
    await engine.step(0, resumed);
    expect(readFileSync(join(engine.project, 'ran'), 'utf8')).toBe('once\n');
  });

  it('runs once, at whatever moment the runner was killed', async () => {
    for (const [index, file] of ['output', 'requests', 'claim.1'].entries()) {
      const { engine, wishes } = setup({ id: 100 + index, script: ['echo once >>ran'] });
      const runner = startRunner(wishes);
      const moment = stepFile(engine, file);
      const exit = once(runner, 'exit');
      await until('the moment', () => existsSync(moment) || runner.exitCode !== null);
      runner.kill('SIGKILL');
      await exit;
      await engine.step(0, resumed);
      expect(readFileSync(join(engine.project, 'ran'), 'utf8')).toBe('once\n');
    }
  });

  it('is started where a claim was created and never written', async () => {
    const { engine } = setup({ script: ['echo once'] });
    writeFileSync(stepFile(engine, 'claim.1'), '');
    await engine.step(0, resumed);
    expect(engine.lines).toContain('once');
  });

  it('is lost where the machine was rebooted meanwhile: it may have run', async () => {
    const { engine } = setup({ script: ['echo never'] });
    const failure = await failureOf(engine.step(0, { ...resumed, startingAt: 1 }));
    expect(failure).toMatchObject({ reason: 'process-lost', step: 'script' });
    expect(engine.text).not.toContain('never');
  });
});
