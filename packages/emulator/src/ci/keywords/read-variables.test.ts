import { describe, expect, test } from 'vitest';

import { compileJob, compileText, problemsOf } from '../testing/compile-text.ts';
import { yaml } from '../testing/yaml.ts';

describe('variables', () => {
  test('of the pipeline, the job, its matrix and its rule lie over each other in this order', () => {
    const { jobs, variables } = compileText(yaml`
      variables: {A: pipeline, B: pipeline, C: pipeline, D: pipeline, E: pipeline}
      workflow:
        rules: [{if: $CI_COMMIT_BRANCH, variables: {B: workflow, F: workflow}}]
      job:
        variables: {C: job, D: job, E: job}
        parallel: {matrix: [{D: matrix, E: matrix}]}
        rules: [{when: always, variables: {E: rule}}]
        script: [x]
    `);
    expect(variables).toEqual({
      A: 'pipeline',
      B: 'workflow',
      C: 'pipeline',
      D: 'pipeline',
      E: 'pipeline',
      F: 'workflow',
    });
    expect(jobs[0]?.variables).toEqual({
      A: { value: 'pipeline' },
      B: { value: 'workflow' },
      C: { value: 'job' },
      D: { value: 'matrix' },
      E: { value: 'rule' },
      F: { value: 'workflow' },
    });
  });

  test('are texts, as Ruby prints what YAML reads', () => {
    const { variables } = compileJob(yaml`
      job:
        script: [x]
        variables: {A: 1, B: 1.10, C: yes, D: , E: "yes", F: 0755, G: 1e3}
    `);
    expect(Object.values(variables).map(({ value }) => value)).toEqual([
      '1',
      '1.1',
      'true',
      '',
      'yes',
      '493',
      '1e3',
    ]);
  });

  test('are handed on unexpanded, and told to stay so where they are raw', () => {
    const { variables } = compileJob(yaml`
      variables:
        A: {value: $B, expand: false, description: a thing}
        B: {value: x, options: [x, y], expand: true}
      job: {script: [x], variables: {C: "$A/$B", D: {value: "%C%", expand: no}}}
    `);
    expect(variables).toEqual({
      A: { value: '$B', raw: true },
      B: { value: 'x' },
      C: { value: '$A/$B' },
      D: { value: '%C%', raw: true },
    });
  });

  test.each([
    ['false', ['OWN']],
    ['true', ['A', 'B', 'OWN']],
    ['[B]', ['B', 'OWN']],
  ])('of the pipeline are taken over as `inherit: {variables: %s}` says', (inherit, names) => {
    const text = `variables: {A: a, B: b}\nj: {script: [x], variables: {OWN: o}, inherit: {variables: ${inherit}}}\n`;
    expect(Object.keys(compileJob(text).variables)).toEqual(names);
  });

  test.each([
    ['variables: {A: [x]}', 'variables:A has to be a string and is a list'],
    ['variables: {A: {val: x}}', 'variables:A has the unknown keyword val'],
    ['variables: {A: {value: z, options: [x]}}', 'variables:A has the value "z", which is none'],
    ['variables: {yes: x}', 'variables has the key true, which YAML reads as boolean'],
    ['variables: x', 'variables has to be a mapping'],
    [
      '.j: &j {script: [x]}\nk: {<<: *j, variables: {A: {value: x, description: d}}}',
      'description',
    ],
    ['k: {script: [x], rules: [{when: always, variables: {A: {value: x}}}]}', 'be a string here'],
    ['variables: {A: $B, B: $A}', 'refer to each other in a circle: A, B'],
    ['k: {script: [x], variables: {A: "${B}x", B: "%A%"}}', 'refer to each other in a circle'],
  ])('are refused for `%s`', (text, problem) => {
    expect(problemsOf(`${text}\nj: {script: [x]}\n`).join('\n')).toContain(problem);
  });

  test('may refer to themselves, to the pipeline’s and to unknown ones', () => {
    const text = 'variables: {PATH: "$PATH:/x", A: $B, C: $UNKNOWN}\nj: {script: [x]}\n';
    expect(problemsOf(text, { variables: { B: 'x' } })).toEqual([]);
  });
});
