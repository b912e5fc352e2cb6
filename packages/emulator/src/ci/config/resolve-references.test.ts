import { describe, expect, test } from 'vitest';

import { compileJob, problemsOf } from '../testing/compile-text.ts';
import { yaml } from '../testing/yaml.ts';

describe('!reference', () => {
  test('puts parts of other jobs in place, lists within lists flattened', () => {
    const job = compileJob(yaml`
      .setup:
        script: [a, b]
        variables: {URL: x, DEPTH: "1"}
      .more:
        script: [!reference [.setup, script], c]
      job:
        variables: !reference [.setup, variables]
        before_script: [!reference [.setup, script]]
        script: [!reference [.more, script], d, !reference [.setup, variables, URL]]
    `);
    expect(job.script).toEqual(['a', 'b', 'a', 'b', 'c', 'd', 'x']);
    expect(job.variables).toEqual({ URL: { value: 'x' }, DEPTH: { value: '1' } });
  });

  test('puts rules in place among others', () => {
    const job = compileJob(yaml`
      .rules:
        rules:
          - if: $NEVER
            when: never
          - if: $CI_COMMIT_BRANCH
            allow_failure: true
      job:
        script: [x]
        rules: [!reference [.rules, rules], {when: manual}]
    `);
    expect(job).toMatchObject({ when: 'on_success', allow_failure: true });
  });

  test('sees what extends has merged', () => {
    const job = compileJob(yaml`
      .a: {script: [a]}
      .b: {extends: .a}
      job: {script: [!reference [.b, script]]}
    `);
    expect(job.script).toEqual(['a']);
  });

  test.each([
    [
      'to nothing',
      'j: {script: [!reference [.x, script]]}',
      '1:25 !reference [.x, script] leads to',
    ],
    ['to null', '.x: {a: }\nj: {script: !reference [.x, a]}', 'leads to nothing'],
    ['into a list', '.x: {a: [b]}\nj: {script: !reference [.x, a, b]}', 'leads to nothing'],
    ['to itself', 'j: {script: [!reference [j, script]]}', 'is part of a circle'],
    ['in a circle', '.a: !reference [.b]\n.b: !reference [.a]\nj: {script: [x]}', 'circle'],
  ])('is refused where it leads %s', (_, text, problem) => {
    expect(problemsOf(text).join('\n')).toContain(problem);
  });

  test('is reported once where it leads nowhere, and where it cannot stand', () => {
    const problems = (text: string): string[] => problemsOf(`${text}\nj: {script: [x]}\n`);
    expect(problems('default: {before_script: !reference [.x, y]}')).toEqual([
      '1:37 !reference [.x, y] leads to nothing',
    ]);
    expect(problems('include: [!reference [.x, y]]')).toEqual([
      '1:22 include has to be a string and is a reference',
    ]);
  });

  test('that multiplies beyond measure is refused', () => {
    const doubling = Array.from({ length: 40 }, (_, at) => {
      return `.r${at}: {s: [!reference [.r${at + 1}, s], !reference [.r${at + 1}, s]]}`;
    });
    const text = `${doubling.join('\n')}\n.r40: {s: [x]}\nj: {script: !reference [.r0, s]}\n`;
    expect(problemsOf(text).join('\n')).toContain('grows beyond measure');
  });

  test('that leads on for ever so long is refused', () => {
    const chain = Array.from({ length: 5000 }, (_, at) => `.r${at}: !reference [.r${at + 1}]`);
    const text = `${chain.join('\n')}\n.r5000: x\nj: {script: !reference [.r0]}\n`;
    expect(problemsOf(text).join('\n')).toContain('leads on more than 100 times');
  });
});
