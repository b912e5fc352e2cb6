import { describe, expect, it } from 'vitest';

import { nearestWord } from './nearest-word.ts';

describe('nearestWord', () => {
  it.each([
    ['concurent', 'concurrent'],
    ['check_intreval', 'check_interval'],
    ['tls_ca_file', 'tls-ca-file'],
    ['Url', 'url'],
  ])('takes %s for %s', (typed, meant) => {
    const known = ['name', 'url', 'concurrent', 'check_interval', 'tls-ca-file'];
    expect(nearestWord(typed, known)).toBe(meant);
  });

  it('suggests nothing where nothing is near', () => {
    expect(nearestWord('frobnicate', ['url', 'token', 'name'])).toBeUndefined();
  });
});
