import { setImmediate } from 'node:timers/promises';

import { Secret, silentLogger, type Clock } from '@fellrunner/core';
import { describe, expect, it } from 'vitest';

import type { RunnerSetup } from './runner-setup.ts';
import { TokenRotation } from './token-rotation.ts';

const DAY_MS = 24 * 3600_000;

describe('a token that is not rotated', () => {
  it('is told of at three quarters of its life, counted from when it was obtained', async () => {
    const { callsAt, rotation } = setup();
    rotation.follow([holder({ obtainedAt: new Date(0), expiresAt: new Date(40 * DAY_MS) })]);
    await setImmediate();
    expect(callsAt()).toEqual([30 * DAY_MS]);
  });

  it('counts from now where nobody has noted when it was obtained', async () => {
    const { callsAt, rotation } = setup({ now: 10 * DAY_MS });
    rotation.follow([holder({ obtainedAt: undefined, expiresAt: new Date(50 * DAY_MS) })]);
    await setImmediate();
    expect(callsAt()).toEqual([40 * DAY_MS]);
  });

  it('of several runners is told of once', async () => {
    const { callsAt, rotation } = setup();
    const one = holder({ obtainedAt: new Date(0), expiresAt: new Date(40 * DAY_MS) });
    rotation.follow([one, one]);
    await setImmediate();
    expect(callsAt()).toHaveLength(1);
  });

  it('is not told of after another configuration came into force', async () => {
    const { callsAt, rotation } = setup();
    const expiry = Promise.withResolvers<Date | undefined>();
    const place = { obtainedAt: new Date(0), expiresAt: undefined };
    rotation.follow([{ ...holder(place), expiry: () => expiry.promise }]);
    rotation.follow([]);
    expiry.resolve(new Date(40 * DAY_MS));
    await setImmediate();
    expect(callsAt()).toEqual([]);
  });

  it('that never expires is left alone', async () => {
    const { callsAt, rotation } = setup();
    rotation.follow([holder({ obtainedAt: new Date(0), expiresAt: undefined })]);
    await setImmediate();
    expect(callsAt()).toEqual([]);
  });
});

function setup({ now = 0 } = {}) {
  const calls = new Set<{ readonly at: number }>();
  const clock: Clock = {
    now: () => now,
    callAt: (at) => {
      const call = { at };
      calls.add(call);
      return () => calls.delete(call);
    },
  };
  const rotation = new TokenRotation({
    clock,
    logger: silentLogger,
    store: { note: () => Promise.resolve(undefined), setNote: () => Promise.resolve() },
    rotates: false,
    onRotated: () => Promise.resolve(),
  });
  return { rotation, callsAt: () => [...calls].map(({ at }) => at) };
}

function holder(place: { obtainedAt: Date | undefined; expiresAt: Date | undefined }) {
  const tokenPlace = { file: '/etc/fellrunner/config.toml', ...place };
  const runner: RunnerSetup = {
    name: 'cellar',
    url: 'https://gitlab.example.com',
    token: new Secret('glrt-t1_cellar'),
    tokenPlace,
    tls: {},
    work: { kind: 'handler', file: '/handler.ts', environment: {} },
    limit: 1,
    outputLimitBytes: undefined,
    requestConcurrency: undefined,
    checkIntervalMs: undefined,
    info: {},
  };
  const { expiresAt } = place;
  const expiry = (): Promise<Date | undefined> => Promise.resolve(expiresAt);
  return { setup: runner, expiry, verify: () => Promise.resolve() };
}
