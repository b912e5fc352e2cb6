import { describe, expect, it } from 'vitest';

import { ConfigDocument } from './config-document.ts';

const TWO = `# The runners of the cellar.
concurrent = 4   # cores
check_interval = 0

[session_server]
  session_timeout = 1800

# The fast one.
[[runners]]
  name = "fast" # by Ada
  url = "https://gitlab.example.com/"
  id = 7
  token = "glrt-t1_fast" # rotate in May
  executor = "shell"
  environment = [
    "A=[[runners]]", # no header
    'token = "no"',
  ]
  pre_build_script = """
[[runners]]
token = "neither"
"""
  [runners.cache]
    MaxUploadedArchiveSize = 0

# The slow one.
[[runners]]
  name = "slow"
  url = "https://gitlab.example.com/"
  token = "glrt-t1_slow"
  executor = "shell"
`;

function read(text: string): ConfigDocument {
  return new ConfigDocument({ file: 'config.toml', text });
}

describe('a change of an entry', () => {
  it('leaves every other character as it was', () => {
    const changed = read(TWO).withValues(0, { token: 'glrt-t1_new' });
    expect(changed.text).toBe(TWO.replace('glrt-t1_fast', 'glrt-t1_new'));
  });

  it('adds what was not there behind the values that were, before the tables inside', () => {
    const at = new Date('2026-05-01T12:00:00Z');
    const changed = read(TWO).withValues(0, { token_obtained_at: at, id: 8 });
    expect(changed.text).toBe(
      TWO.replace('id = 7', 'id = 8').replace(
        '"""\n  [runners.cache]',
        '"""\n  token_obtained_at = 2026-05-01T12:00:00Z\n  [runners.cache]',
      ),
    );
  });

  it('finds the last entry, and one that ends without a line end', () => {
    const changed = read(TWO.trimEnd()).withValues(1, { id: 9 });
    expect(changed.text).toBe(`${TWO}  id = 9\n`);
  });

  it('writes what needs to be escaped', () => {
    const changed = read(TWO).withValues(1, { name: 'a "b"\\\n' });
    expect(changed.runners[1]).toMatchObject({ name: 'a "b"\\\n' });
  });
});

describe('an entry that is taken away', () => {
  it('takes its comments and tables along, and nothing else', () => {
    const changed = read(TWO).withoutRunners([0]);
    const [before, after] = [TWO.indexOf('# The fast'), TWO.indexOf('# The slow')];
    expect(changed.text).toBe(TWO.slice(0, before) + TWO.slice(after));
  });

  it('may be the last of all', () => {
    const changed = read(TWO).withoutRunners([0, 1]);
    expect(changed.text).toBe(TWO.slice(0, TWO.indexOf('\n# The fast')));
  });

  it('is gone with its tables also where they stand behind other tables', () => {
    const text = '[[runners]]\nname = "a"\n\n[session_server]\n\n[runners.cache]\nShared = true\n';
    expect(read(text).withoutRunners([0]).text).toBe('[session_server]\n');
  });

  it('leaves the comment that begins the file', () => {
    const text = '# Kept by the platform team.\n[[runners]]\nname = "a"\n';
    expect(read(text).withoutRunners([0]).text).toBe('# Kept by the platform team.\n');
  });
});

describe('a new entry', () => {
  it('comes behind all others', () => {
    const changed = read(TWO).withRunner({ name: 'new', id: 10 });
    expect(changed.text).toBe(`${TWO}\n[[runners]]\n  name = "new"\n  id = 10\n`);
  });

  it('may be the first of a new file', () => {
    const changed = read('').withRunner({ name: 'new' });
    expect(changed.text).toBe('concurrent = 1\n\n[[runners]]\n  name = "new"\n');
  });
});

describe('runners that are written in another way', () => {
  const text = 'concurrent = 1\nrunners = [{ name = "a", token = "b" }]\n';

  it.each([
    ['changed', (document: ConfigDocument) => document.withValues(0, { token: 'c' })],
    ['taken away', (document: ConfigDocument) => document.withoutRunners([0])],
    ['added to', (document: ConfigDocument) => document.withRunner({ name: 'c' })],
  ])('are not %s, and the line is named', (_, change) => {
    const told = 'config.toml:2: the runners are not written as [[runners]]';
    expect(() => change(read(text))).toThrow(told);
  });
});
