import { describe, expect, test } from 'vitest';

import { PipelineRefused } from '../pipeline-refused.ts';
import { Problems } from '../problems.ts';
import type { ConfigNode } from './config-node.ts';
import { readYaml } from './read-yaml.ts';

function read(text: string): { value: unknown; header: unknown; notes: string[] } {
  const problems = new Problems();
  const file = readYaml(text, 'ci.yml', problems);
  problems.throwIfAny();
  const notes = problems.notes.map(({ line, column, what }) => `${line}:${column} ${what}`);
  return { value: file && plain(file.content), header: file?.header && plain(file.header), notes };
}

function plain(node: ConfigNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(plain);
    case 'map':
      return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plain(value)]));
    case 'reference':
      return `!reference ${node.path.join('.')}`;
  }
}

function problemsOf(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    if (!(error instanceof PipelineRefused)) throw error;
    return error.problems.map(({ line, column, what }) => `${line}:${column} ${what}`);
  }
  return [];
}

describe('a configuration file', () => {
  test('reads as Ruby reads it, with quotes making strings', () => {
    expect(read('a: yes\nb: "yes"\nc: !!str 12\nd: 012\ne: [1, ~, x]\nf:\n').value).toEqual({
      a: true,
      b: 'yes',
      c: '12',
      d: 10,
      e: [1, null, 'x'],
      f: null,
    });
  });

  test('keeps block texts as they are written', () => {
    expect(read('a: |\n  x\n  y\nb: >-\n  x\n  y\n').value).toEqual({ a: 'x\ny\n', b: 'x y' });
  });

  test('lets a bracket go on and end at any column, and still tells the right places', () => {
    const text = 'a:\n  - B: [\n      x,\n y,\n  ]\n  - C: {\nd: 1,\n}\ne: [z]\n';
    expect(read(text).value).toEqual({ a: [{ B: ['x', 'y'] }, { C: { d: 1 } }], e: ['z'] });
    expect(problemsOf('a:\n  - B: [\n  &x x, *y\n  ]\n').join()).toMatch(/^3:9 /);
    expect(problemsOf('a:\n  - B: [\n  x\n')).not.toEqual([]);
  });

  test('takes a merge key where it stands: later keys win over it, it wins over earlier ones', () => {
    const text = '.d: &d {stage: test, tags: [a]}\nx:\n  stage: build\n  <<: *d\n  tags: [b]\n';
    expect(read(text).value).toMatchObject({ x: { stage: 'test', tags: ['b'] } });
  });

  test('lets the first of several merged mappings win', () => {
    const text = '.a: &a {k: 1}\n.b: &b {k: 2, m: 3}\nx:\n  <<: [*a, *b]\n';
    expect(read(text).value).toMatchObject({ x: { k: 1, m: 3 } });
  });

  test('keeps an alias of any kind of value', () => {
    expect(read('.a: &a [x, y]\n.b: &b text\nc: [*a, *b]\n').value).toMatchObject({
      c: [['x', 'y'], 'text'],
    });
  });

  test('has its header apart from its content', () => {
    expect(read('spec:\n  inputs:\n---\na: 1\n')).toMatchObject({
      header: { spec: { inputs: null } },
      value: { a: 1 },
    });
  });

  test('may begin with a document marker', () => {
    expect(read('---\na: 1\n').value).toEqual({ a: 1 });
  });

  test('notes what GitLab drops silently: a second document, a key written twice', () => {
    expect(read('a: 1\na: 2\n')).toMatchObject({
      value: { a: 2 },
      notes: ['2:1 the key "a" stands here a second time; the last counts'],
    });
    expect(read('a: 1\n---\nb: 2\n')).toMatchObject({
      value: { a: 1 },
      notes: ['3:1 a further YAML document is not read'],
    });
  });

  test('does not take a key that a merge brought for a key written twice', () => {
    expect(read('.d: &d {k: 1}\nx:\n  <<: *d\n  k: 2\n').notes).toEqual([]);
  });

  test('keeps references for later', () => {
    expect(read('a: !reference [.x, script]\n').value).toEqual({ a: '!reference .x.script' });
  });
});

describe('a file that cannot be read is refused with the place:', () => {
  test.each([
    ['a text with a colon', 'a:\n  - echo: b: c\n', '2:11 YAML: Nested mappings'],
    ['a tab', 'a:\n\t- b\n', '2:1 YAML: Tabs'],
    ['an unclosed list', 'a: [b\nc: d\n', '2:1 YAML: Flow sequence'],
    ['nothing at all', '', '1:1 the file is empty'],
    ['a comment alone', '# nothing\n', '1:1 the file is empty'],
    ['a list', '- a\n', '1:1 a configuration has to be a mapping'],
    ['an alias without an anchor', 'a: *b\n', '1:4 no anchor &b is defined before *b'],
    ['an anchor within itself', 'a: &b [*b]\n', '1:8 the anchor &b contains itself'],
    ['a date', 'a: 2026-01-02\n', '1:4 2026-01-02 reads as a date'],
    ['an unknown tag', 'a: !vault x\n', '1:11 the YAML tag !vault is not known'],
    ['a reference to nothing', 'a: !reference []\n', '1:15 !reference takes a list of strings'],
    ['a reference to a number', 'a: !reference [x, 1]\n', '1:15 !reference takes a list'],
    ['a list as a key', '? [a]\n: b\n', '1:3 a key has to be a string'],
    ['a deep list', `a: ${'['.repeat(200)}${']'.repeat(200)}\n`, 'nested more than 100 levels'],
  ])('%s', (_, text, problem) => {
    expect(problemsOf(text).join('\n')).toContain(problem);
  });

  test('anchors that multiply beyond measure', () => {
    const lines = Array.from(
      { length: 12 },
      (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index},`.repeat(9)}]`,
    );
    expect(problemsOf(`a0: &a0 x\n${lines.join('\n')}\n`)[0]).toContain('stand for more than');
  });

  test('all that is wrong at once, in the order of the file', () => {
    expect(problemsOf('a: *x\nb: 2026-01-02\nc: !y z\n')).toHaveLength(3);
  });
});
