import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { endMarkedProcesses } from '../src/index.ts';
import { findOwnGroup, groupsOfStore } from '../src/process/control-group.ts';
import { readProcess } from '../src/process/process-table.ts';
import { endGroup } from '../src/step/end-step.ts';
import { FakeEngine, failureOf, type EngineWishes } from './fake-engine.ts';
import { until } from './until.ts';

function setup(wishes: EngineWishes = {}): FakeEngine {
  const engine = new FakeEngine(wishes);
  mkdirSync(engine.project, { recursive: true });
  return engine;
}

afterEach(() => FakeEngine.removeAll());

/** The pid that a script wrote into a file of the project's folder. */
function pidIn(engine: FakeEngine, file: string): number {
  const path = join(engine.project, file);
  return existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
}

async function pidsWritten(engine: FakeEngine, ...files: string[]): Promise<number[]> {
  await until('the processes live', () => files.every((file) => pidIn(engine, file) > 0));
  return files.map((file) => pidIn(engine, file));
}

function living(pids: readonly number[]): readonly number[] {
  return pids.filter((pid) => readProcess(pid) !== undefined);
}

/** Ways in which a process leaves its parent, its group or its session. */
const DAEMONS = [
  'sleep 1000 & echo $! >child',
  'setsid sleep 1000 & echo $! >session',
  'nohup sleep 1000 >nohup.out 2>&1 & echo $! >nohup',
  "( ( setsid bash -c 'echo $$ >orphan; sleep 1000' & ) & )",
  'env -i /bin/sleep 1000 & echo $! >unmarked',
];
const DAEMON_FILES = ['child', 'session', 'nohup', 'orphan', 'unmarked'];

describe('a step that is canceled', () => {
  it('ends with everything it started, wherever that went', async () => {
    const engine = setup({ script: [...DAEMONS, 'sleep 1000'] });
    const step = failureOf(engine.step());
    const pids = await pidsWritten(engine, ...DAEMON_FILES);
    engine.ender.abort('canceled');
    expect(await step).toMatchObject({ reason: 'step-exited', exitCode: 143 });
    expect(living(pids)).toEqual([]);
    expect(engine.lines).toContain('WARNING: script canceled externally (UI, API)');
  });

  it('may clean up within the grace, and its output is kept', async () => {
    const script =
      'trap "echo cleaning; exit 9" TERM; echo $$ >ready; while :; do sleep 0.01; done';
    const engine = setup({ script: [script] });
    const step = failureOf(engine.step());
    await pidsWritten(engine, 'ready');
    engine.ender.abort('canceled');
    expect(await step).toMatchObject({ exitCode: 9 });
    expect(engine.lines).toContain('cleaning');
  });

  it('is killed when the grace is over', async () => {
    const engine = setup({
      script: ['trap "" TERM', 'echo $$ >ready; while :; do sleep 0.01; done'],
      runner: { cancelGraceMs: 200 },
    });
    const step = failureOf(engine.step());
    await pidsWritten(engine, 'ready');
    engine.ender.abort('timeout');
    expect(await step).toMatchObject({ exitCode: 137 });
    expect(engine.text).toContain('WARNING: step_script could not run to completion because');
  });

  it('ends a process that is stopped', async () => {
    const engine = setup({ script: ['echo $$ >ready; kill -STOP $$'] });
    const step = failureOf(engine.step());
    await pidsWritten(engine, 'ready');
    engine.ender.abort('canceled');
    expect(await step).toMatchObject({ exitCode: 143 });
  });

  it('never runs where it was canceled before its process claimed it', async () => {
    const engine = setup({ script: ['echo ran >>ran'] });
    const step = failureOf(engine.step());
    engine.ender.abort('canceled');
    expect(await step).toBeDefined();
    expect(existsSync(join(engine.project, 'ran'))).toBe(false);
  });
});

describe.skipIf(findOwnGroup() === undefined)('where control groups can be made', () => {
  const script = ['env -i setsid sleep 1000 >&- 2>&- & echo $! >hidden'];

  it('ends what hides in every other way', async () => {
    const engine = setup({ script });
    await engine.step();
    expect(living([pidIn(engine, 'hidden')])).toEqual([]);
  });

  it('ends it at the next start where the runner was killed', async () => {
    const engine = setup({ script: [...script, 'sleep 1000'] });
    const step = failureOf(engine.step());
    const [hidden = 0] = await pidsWritten(engine, 'hidden');
    await until('the step is claimed', () => engine.claims.length === 1);
    const { storeId } = engine.runner;
    const ended = await endMarkedProcesses({ storeId, isLiving: () => false, graceMs: 1_000 });
    expect(ended).toContain(hidden);
    expect(living([hidden])).toEqual([]);
    await step;
    const [keeper = 0] = engine.claims;
    process.kill(keeper, 'SIGKILL');
    await until('nothing is in the group', () => living([keeper]).length === 0);
    await endMarkedProcesses({ storeId, isLiving: () => false, graceMs: 1_000 });
    expect(groupsOfStore(findOwnGroup() ?? '', storeId)).toEqual([]);
  });
});

describe('endGroup', () => {
  it('ends a step on a system that has no process table', async () => {
    const script = ['trap "" TERM; echo $$ >ready; while :; do sleep 0.01; done'];
    const engine = setup({ script });
    const step = failureOf(engine.step());
    await pidsWritten(engine, 'ready');
    await until('the step is claimed', () => engine.claims.length === 1);
    const [pid = 0] = engine.claims;
    await endGroup(
      { claim: '', child: pid, isAdopted: false, group: undefined, ended: step.then(never) },
      100,
    );
    expect(await step).toMatchObject({ reason: 'process-lost' });
    expect(living([pid])).toEqual([]);
  });

  function never(): never {
    throw new Error('nobody asks how it ended');
  }
});

describe('a step that ends by itself', () => {
  it('does not wait for a background process that holds its output', async () => {
    const engine = setup({ script: ['sleep 1000 & echo $! >child', 'echo last'] });
    await engine.step();
    expect(engine.lines).toContain('last');
  });

  it('leaves nothing behind', async () => {
    const engine = setup({ script: [...DAEMONS, 'until [ -s orphan ]; do sleep 0.01; done'] });
    await engine.step();
    expect(living(DAEMON_FILES.map((file) => pidIn(engine, file)))).toEqual([]);
  });

  it('leaves daemons alone where the job asks for it, at the next start too', async () => {
    const engine = setup({
      script: ['setsid sleep 1000 >&- 2>&- & echo $! >daemon'],
      variables: { FELLRUNNER_KEEP_PROCESSES: '1' },
    });
    await engine.step();
    const daemon = pidIn(engine, 'daemon');
    const { storeId } = engine.runner;
    await endMarkedProcesses({ storeId, isLiving: () => false, graceMs: 1_000 });
    expect(living([daemon])).toEqual([daemon]);
    process.kill(daemon, 'SIGKILL');
  });

  it('fails where it writes more than the runner keeps', async () => {
    const engine = setup({ script: ['yes'], rawBytes: 1_000_000 });
    expect(await failureOf(engine.step())).toEqual({
      reason: 'output-too-large',
      limitBytes: 1_000_000,
    });
  });

  it('survives a script that sends signals to its whole group', async () => {
    const engine = setup({
      script: ['trap "" TERM USR1 HUP', 'kill -TERM 0; kill -USR1 0; kill -HUP 0', '(exit 6)'],
    });
    expect(await failureOf(engine.step())).toMatchObject({ exitCode: 6 });
  });

  it('is lost where its script kills the process that keeps the exit code', async () => {
    const engine = setup({ script: ['echo $$ >shell; kill -9 $PPID; sleep 1000'] });
    expect(await failureOf(engine.step())).toMatchObject({ reason: 'process-lost' });
    expect(living([pidIn(engine, 'shell')])).toEqual([]);
  });
});

describe('endMarkedProcesses', () => {
  function startMarked(mark: string): number {
    const child = spawn('/bin/sleep', ['1000'], {
      detached: true,
      stdio: 'ignore',
      env: { FELLRUNNER_MARK: mark },
    });
    child.unref();
    return child.pid ?? 0;
  }

  it("ends this store's processes without a living step, and no others", async () => {
    const orphan = startMarked('mine:1:0');
    const stage = startMarked('mine:2:get_sources');
    const adopted = startMarked('mine:3:0');
    const foreign = startMarked('theirs:1:0');
    const unmarked = startMarked('');
    const ended = await endMarkedProcesses({
      storeId: 'mine',
      isLiving: ({ jobKey, step }) => jobKey === 3 && step === '0',
      graceMs: 1_000,
    });
    expect(new Set(ended)).toEqual(new Set([orphan, stage]));
    expect(living([orphan, stage])).toEqual([]);
    const others = [adopted, foreign, unmarked];
    expect(living(others)).toEqual(others);
    for (const pid of others) process.kill(pid, 'SIGKILL');
  });
});
