import { describe, expect, it } from 'vitest';

import { whatEndsSteps, type ProcessSurroundings } from './step-survival.ts';

function surroundings(wishes: Partial<ProcessSurroundings> = {}): ProcessSurroundings {
  return {
    pid: 42,
    parentPid: 7,
    env: {},
    firstProcess: 'systemd',
    groups: '0::/user.slice/session-1.scope\n',
    killMode: () => undefined,
    ...wishes,
  };
}

const UNIT = {
  env: { SYSTEMD_EXEC_PID: '42', INVOCATION_ID: 'abc' },
  groups: '0::/system.slice/fellrunner.service\n',
};

describe('the steps of a runner', () => {
  it('live on where a person started it, or a supervisor that leaves them alone', () => {
    expect(whatEndsSteps(surroundings())).toBeUndefined();
    expect(whatEndsSteps(surroundings({ parentPid: 1 }))).toBeUndefined();
  });

  it('end with it where it is process 1 of a container, or the only child of an init', () => {
    expect(whatEndsSteps(surroundings({ pid: 1 }))).toContain('process 1 of its container');
    const below = surroundings({ parentPid: 1, firstProcess: 'tini' });
    expect(whatEndsSteps(below)).toContain('tini ends the container');
  });

  it('end with it in a unit that systemd empties, and live on in one with KillMode=process', () => {
    const emptied = surroundings({ ...UNIT, killMode: () => 'control-group' });
    expect(whatEndsSteps(emptied)).toContain('fellrunner.service has KillMode=control-group');
    expect(whatEndsSteps(surroundings({ ...UNIT, killMode: () => 'process' }))).toBeUndefined();
  });

  it('are not judged by the unit of a process further up', () => {
    const env = { SYSTEMD_EXEC_PID: '7' };
    const shell = surroundings({ ...UNIT, env, killMode: () => 'control-group' });
    expect(whatEndsSteps(shell)).toBeUndefined();
  });
});
