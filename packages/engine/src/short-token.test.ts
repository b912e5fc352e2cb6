import { expect, it } from 'vitest';

import { shortToken } from './short-token.ts';

it.each([
  ['glrt-t1_abcdefghijkl', 'abcdefghi'],
  ['glrt-t3_abcdefghijkl', 'abcdefghi'],
  ['glrt-t4_abcdefghijkl', 't4_abcdef'],
  ['glrt-abcdefghijkl', 'abcdefghi'],
  ['t2_abcdefghijkl', 'abcdefghi'],
  ['glrtr-abcdefghijkl', 'abcdefghi'],
  ['glrtr-t1_abcdefghijkl', 't1_abcdef'],
  ['GR1348941abcdefghijkl', 'abcdefghi'],
  ['glcbt-64_abcdefghijkl', '64_abcdef'],
  ['abc', 'abc'],
])('%s names the folder that gitlab-runner gives it', (token, expected) => {
  expect(shortToken(token)).toBe(expected);
});
