import { describe, expect, it } from 'vitest';

import { formatHost, parseClaim } from './step-claim.ts';

const by = { pid: 12, startTime: '345', host: { bootId: 'boot', pidNamespace: 'pid:[1]' } };

describe('parseClaim', () => {
  it('knows who claimed the step, and how it ended', () => {
    const line = `12 345 ${formatHost(by.host)} -\n`;
    const held = { kind: 'held', by, group: undefined, exitCode: undefined };
    expect(parseClaim(line)).toEqual(held);
    expect(parseClaim(`${line}exit 7\n`)).toEqual({ ...held, exitCode: 7 });
  });

  it('knows the control group, spaces and all', () => {
    expect(parseClaim('12 345 boot pid:[1] /sys/fs/a group\n')).toMatchObject({
      group: '/sys/fs/a group',
    });
  });

  it('believes whole lines only', () => {
    expect(parseClaim('')).toEqual({ kind: 'unwritten' });
    expect(parseClaim('12 345 bo')).toEqual({ kind: 'unwritten' });
    expect(parseClaim('12 345 boot pid:[1] -\nexit 1')).toMatchObject({ exitCode: undefined });
  });

  it('knows a claim that a runner took', () => {
    expect(parseClaim('revoked\n')).toEqual({ kind: 'revoked' });
  });

  it('does without what a system without /proc does not have', () => {
    const host = { bootId: '', pidNamespace: '' };
    expect(parseClaim(`12 - ${formatHost(host)} -\n`)).toMatchObject({
      by: { pid: 12, startTime: '', host },
    });
  });
});
