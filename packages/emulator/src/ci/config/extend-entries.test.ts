import { describe, expect, test } from 'vitest';

import { compileJob, problemsOf } from '../testing/compile-text.ts';
import { yaml } from '../testing/yaml.ts';

describe('a job with extends', () => {
  test('has mappings merged and everything else replaced', () => {
    const job = compileJob(yaml`
      .base:
        image: {name: ruby, entrypoint: [sh]}
        variables: {A: base, B: base}
        tags: [one, two]
        script: [base]
      job:
        extends: .base
        image: {name: node}
        variables: {B: own}
        tags: [three]
    `);
    expect(job).toMatchObject({
      image: { name: 'node', entrypoint: ['sh'] },
      variables: { A: { value: 'base' }, B: { value: 'own' } },
      tags: ['three'],
      script: ['base'],
    });
  });

  test('takes the later of several bases over the earlier', () => {
    const job = compileJob(yaml`
      .a: {stage: build, script: [a], tags: [a]}
      .b: {script: [b]}
      job: {extends: [.a, .b]}
    `);
    expect(job).toMatchObject({ stage: 'build', script: ['b'], tags: ['a'] });
  });

  test('goes through as many levels as GitLab does', () => {
    expect(compileJob(chain(11)).script).toEqual(['x']);
    expect(problemsOf(chain(12)).join()).toContain('goes through more than 11 levels');
  });

  test('may extend a visible job', () => {
    const job = compileJob('a: {script: [x], tags: [t]}\nb: {extends: a, script: [y]}\n', {
      name: 'b',
    });
    expect(job).toMatchObject({ script: ['y'], tags: ['t'] });
  });

  test('is not changed by what extends it', () => {
    const text = 'a: {script: [x], variables: {V: a}}\nb: {extends: a, variables: {V: b}}\n';
    expect(compileJob(text, { name: 'a' }).variables).toEqual({ V: { value: 'a' } });
  });

  test.each([
    ['names nothing', 'j: {extends: .nope, script: [x]}', '1:14 j:extends names .nope, which is'],
    [
      'names a list',
      '.l: [x]\nj: {extends: .l, script: [x]}',
      '2:14 j:extends names .l, which is no',
    ],
    ['is a number', 'j: {extends: 1, script: [x]}', '1:14 j:extends has to be a string'],
    ['goes in a circle', 'j: {extends: .a}\n.a: {extends: .b}\n.b: {extends: .a}', 'in a circle'],
    ['extends itself', 'j: {extends: j, script: [x]}', 'in a circle: j → j'],
  ])('is refused where it %s', (_, text, problem) => {
    expect(problemsOf(text).join('\n')).toContain(problem);
  });
});

function chain(levels: number): string {
  const bases = Array.from({ length: levels }, (_, at) => {
    const next = at + 1 === levels ? '{script: [x]}' : `{extends: .l${at + 2}}`;
    return `.l${at + 1}: ${next}`;
  });
  return `${bases.toReversed().join('\n')}\njob: {extends: .l1}\n`;
}
