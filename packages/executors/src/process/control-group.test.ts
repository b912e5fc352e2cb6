import { describe, expect, it } from 'vitest';

import { findMount, groupPath } from './control-group.ts';

describe('findMount', () => {
  it('finds cgroup v2 among other mounts', () => {
    const mounts = [
      '25 1 0:22 / /proc rw,nosuid - proc proc rw',
      '31 25 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu',
      String.raw`32 25 0:28 / /sys/fs/a\040group rw,nosuid shared:9 - cgroup2 cgroup2 rw`,
    ];
    expect(findMount(mounts.join('\n'))).toBe('/sys/fs/a group');
  });

  it('does without where only a part of the tree is mounted', () => {
    expect(findMount('32 25 0:28 /docker/x /sys/fs/cgroup ro - cgroup2 cgroup rw')).toBeUndefined();
  });
});

describe('groupPath', () => {
  it('is one folder, whatever the store is called', () => {
    const path = groupPath('/sys/own', { storeId: 'a/b c', shortToken: '../x', slot: 3 });
    expect(path).toBe('/sys/own/fellrunner-a_b_c-___x-3');
  });
});
