import { describe, expect, test } from 'vitest';

import { createRunnerInfo } from './runner-info.ts';

const FACTS = { version: '1', revision: '2', platform: 'a', architecture: 'b', executor: 'shell' };

describe('what a runner says of itself', () => {
  test('is cut where GitLab would refuse it', () => {
    const long = 'x'.repeat(3000);
    const info = createRunnerInfo({
      ...FACTS,
      version: long,
      revision: long,
      platform: long,
      architecture: long,
    });
    const { architecture, platform, revision, version } = info;
    const lengths = [version, revision, platform, architecture].map((it) => it.length);
    expect(lengths).toEqual([2048, 255, 255, 255]);
  });

  test('has labels where there are some', () => {
    expect(createRunnerInfo({ ...FACTS, labels: { env: 'prod-1' } }).labels).toEqual({
      env: 'prod-1',
    });
    expect(createRunnerInfo({ ...FACTS, labels: {} })).not.toHaveProperty('labels');
  });

  test.each([
    ['too many labels', Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`abc${n}`, 'x']))],
    ['too short a name', { ab: 'x' }],
    ['too long a name', { ['a'.repeat(66)]: 'x' }],
    ['a blank in a name', { 'a b c': 'x' }],
    ['no value', { env: '' }],
    ['too long a value', { env: 'x'.repeat(257) }],
    ['a slash in a value', { env: 'a/b' }],
  ])('is refused with %s', (_what, labels) => {
    expect(() => createRunnerInfo({ ...FACTS, labels })).toThrow(/label/);
  });
});
