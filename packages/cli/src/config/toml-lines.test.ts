import { describe, expect, it } from 'vitest';

import { lineOf } from './toml-lines.ts';

const DOCUMENT = `concurrent = 4 # limit = 1
[[runners]]
  name = "one"
  pre_build_script = """
  limit = 9
  """
  limit = 1
  [runners.info]
    version = "1"
[[runners]]
  "name" = "two"
  info.version = "2"
`;

describe('lineOf', () => {
  it.each([
    [['concurrent'], 1],
    [['runners', 0, 'name'], 3],
    [['runners', 0, 'limit'], 7],
    [['runners', 0, 'info', 'version'], 9],
    [['runners', 1, 'name'], 11],
    [['runners', 1, 'info', 'version'], 12],
  ])('finds the line of %j', (path, line) => {
    expect(lineOf(DOCUMENT, path)).toBe(line);
  });

  it('names the table of a key that is missing', () => {
    expect(lineOf(DOCUMENT, ['runners', 1, 'url'])).toBe(10);
  });

  it('names no line where there is nothing', () => {
    expect(lineOf(DOCUMENT, ['session_server'])).toBeUndefined();
  });
});
