import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { listPids, readProcess } from '../src/process/process-table.ts';
import { FakeEngine, type EngineWishes } from './fake-engine.ts';
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
    process.kill(launcher, 'SIGKILL');
    await until('it is gone', () => readProcess(launcher) === undefined);
    await engine.step(1);
    expect(engine.text).toMatch(new RegExp(`parent +${process.pid}\\n`));
  });

  it('may die while it is asked: the step runs once all the same', async () => {
    const engine = setup({ script: ['true'], afterScript: ['echo once >>ran'] });
    await engine.step(0);
    const launcher = launcherPid();
    process.kill(launcher, 'SIGSTOP');
    const step = engine.step(1);
    await until('the script is written', () => {
      const files = readFileSync(`/proc/${launcher}/stat`, 'latin1');
      return files.includes(') T ');
    });
    process.kill(launcher, 'SIGKILL');
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
