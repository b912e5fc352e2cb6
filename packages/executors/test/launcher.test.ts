import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { listPids, readProcess } from '../src/process/process-table.ts';
import { FakeEngine, failureOf, type EngineWishes } from './fake-engine.ts';
import { until } from './until.ts';

afterEach(() => FakeEngine.removeAll());

function setup(wishes: EngineWishes = {}): FakeEngine {
  const engine = new FakeEngine(wishes);
  mkdirSync(engine.project, { recursive: true });
  return engine;
}

/** The helper that starts steps' processes for this process. */
function launcherPid(): number {
  const own = listPids().filter((pid) => readProcess(pid)?.parent === process.pid);
  const found = own.filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('fellrunner-launcher'),
  );
  expect(found).toHaveLength(1);
  return found[0] ?? 0;
}

async function kill(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await until('it is gone', () => readProcess(pid) === undefined);
}

async function stop(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await until('it is stopped', () => readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') T '));
}

describe('the launcher', () => {
  it('starts steps outside of this process, and is the same for all', async () => {
    const engine = setup({ script: ['cut -d" " -f4 "/proc/$PPID/stat"'], afterScript: ['true'] });
    await engine.step(0);
    const launcher = launcherPid();
    expect(engine.lines.at(-2)).not.toBe(String(process.pid));
    await engine.step(1);
    expect(launcherPid()).toBe(launcher);
    process.kill(launcher, 'SIGKILL');
  });

  it('is done without when it is gone', async () => {
    const engine = setup({ script: ['true'], afterScript: ['echo "parent $(ps -o ppid= $PPID)"'] });
    await engine.step(0);
    const launcher = launcherPid();
    await kill(launcher);
    await kill(engine.claims[0] ?? 0);
    await engine.step(1);
    expect(engine.text).toMatch(new RegExp(`parent +${process.pid}\\n`));
  });

  it('may die while it is asked: the step runs once all the same', async () => {
    const engine = setup({ script: ['true'], afterScript: ['echo once >>ran'] });
    await engine.step(0);
    const launcher = launcherPid();
    await kill(engine.claims[0] ?? 0);
    await stop(launcher);
    const step = engine.step(1);
    await until('the step begins', () => existsSync(join(engine.folder, 'step-1.output')));
    process.kill(launcher, 'SIGKILL');
    await step;
    expect(readFileSync(join(engine.project, 'ran'), 'utf8')).toBe('once\n');
  });

  it('has one process keep the exit codes of a slot, step after step', async () => {
    const engine = setup({ script: ['true'], afterScript: ['exit 3'] });
    await engine.step(0);
    expect(await failureOf(engine.step(1))).toMatchObject({ exitCode: 3 });
    expect(new Set(engine.claims).size).toBe(1);
  });

  it('leaves alone what another thread keeps for the next job of the same slot', async () => {
    const one = setup({ script: ['true'], afterScript: ['true'] });
    // Another thread has an executor of its own.
    const other = new FakeEngine({ script: ['true'], root: one.root });
    await one.step(0);
    await other.step(0, { stepIndex: 7 });
    await one.step(1);
    expect(new Set([...one.claims, ...other.claims]).size).toBe(2);
    expect([...one.claims, ...other.claims].map((pid) => readProcess(pid)?.pid)).not.toContain(
      undefined,
    );
  });

  it('gives a step to another process where the one that is asked dies', async () => {
    const engine = setup({ script: ['true'], afterScript: ['echo once >>ran'] });
    await engine.step(0);
    const [keeper = 0] = engine.claims;
    await stop(keeper);
    const step = engine.step(1);
    await until('the step begins', () => existsSync(join(engine.folder, 'step-1.output')));
    process.kill(keeper, 'SIGKILL');
    await step;
    expect(readFileSync(join(engine.project, 'ran'), 'utf8')).toBe('once\n');
  });

  it('leaves interrupts to the script', async () => {
    const engine = setup({
      script: [
        `trap 'echo caught' INT QUIT; kill -INT $$; kill -QUIT $$; echo "$(grep SigIgn /proc/$$/status)"`,
      ],
    });
    await engine.step();
    expect(engine.text.match(/^caught$/gm)).toHaveLength(2);
  });
});
