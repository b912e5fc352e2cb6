import { describe, expect, test } from 'vitest';

import { compileJob, compileText, problemsOf } from '../testing/compile-text.ts';
import { outline } from '../testing/outline.ts';
import { yaml } from '../testing/yaml.ts';

describe('a parallel job', () => {
  test('is as many jobs as its number, each with its place among them', () => {
    const { jobs } = compileText('job: {parallel: 3, script: [x]}\n');
    expect(jobs.map(({ name, parallel }) => [name, parallel])).toEqual([
      ['job 1/3', { index: 1, total: 3 }],
      ['job 2/3', { index: 2, total: 3 }],
      ['job 3/3', { index: 3, total: 3 }],
    ]);
  });

  test('is one job for each combination of each row of its matrix', () => {
    const { jobs } = compileText(yaml`
      job:
        script: [x]
        variables: {CLOUD: none}
        parallel:
          matrix:
            - CLOUD: aws
              STACK: [app, db]
            - CLOUD: [gcp]
              STACK: [app]
              ZONE: [1, 2]
    `);
    expect(jobs.map(({ name }) => name)).toEqual([
      'job: [aws, app]',
      'job: [aws, db]',
      'job: [gcp, app, 1]',
      'job: [gcp, app, 2]',
    ]);
    expect(jobs[3]).toMatchObject({
      variables: { CLOUD: { value: 'gcp' }, STACK: { value: 'app' }, ZONE: { value: '2' } },
      parallel: { index: 4, total: 4 },
    });
  });

  test('may be of different tags and images by its variables', () => {
    const text = 'job: {script: [x], tags: ["$OS"], parallel: {matrix: [{OS: [linux, mac]}]}}\n';
    expect(compileText(text).jobs.map(({ tags }) => tags)).toEqual([['linux'], ['mac']]);
  });
});

describe('needs and dependencies', () => {
  test('name jobs, with or without their artifacts', () => {
    const text = yaml`
      a: {stage: build, script: [x]}
      b: {stage: build, script: [x]}
      first: {script: [x], needs: []}
      both: {script: [x], needs: [a, {job: b, artifacts: false}]}
      same-stage: {script: [x], needs: [first]}
      fetches: {script: [x], dependencies: [a]}
      neither: {script: [x], dependencies: []}
      plain: {script: [x]}
    `;
    expect(outline(compileText(text))).toEqual([
      'build: a',
      'build: b',
      'test: first | needs nothing',
      'test: both | needs a, b',
      'test: same-stage | needs first',
      'test: fetches | fetches a',
      'test: neither | fetches nothing',
      'test: plain',
    ]);
    expect(compileJob(text, { name: 'both' })).toMatchObject({
      needs: [
        { job: 'a', artifacts: true },
        { job: 'b', artifacts: false },
      ],
      dependencies: ['a'],
    });
  });

  test('of a parallel job are of all its jobs, or of those that are named', () => {
    const text = yaml`
      m: {stage: build, script: [x], parallel: {matrix: [{A: [1, 2], B: [x, y]}]}}
      n: {stage: build, script: [x], parallel: 2}
      all: {script: [x], needs: [m]}
      some: {script: [x], needs: [{job: m, parallel: {matrix: [{A: 1, B: [x, y]}]}}]}
      one: {script: [x], needs: ["n 2/2", "m: [2, y]"]}
      fetch: {script: [x], dependencies: [n]}
    `;
    expect(outline(compileText(text)).slice(6)).toEqual([
      'test: all | needs m: [1, x], m: [1, y], m: [2, x], m: [2, y]',
      'test: some | needs m: [1, x], m: [1, y]',
      'test: one | needs n 2/2, m: [2, y]',
      'test: fetch | fetches n 1/2, n 2/2',
    ]);
  });

  test('follow the matrix of the job that has them', () => {
    const text = yaml`
      build: {stage: build, script: [x], parallel: {matrix: [{OS: [linux, mac]}]}}
      test:
        script: [x]
        parallel: {matrix: [{OS: [linux, mac]}]}
        needs: [{job: build, parallel: {matrix: [{OS: ["$[[ matrix.OS ]]"]}]}}]
    `;
    expect(outline(compileText(text)).slice(2)).toEqual([
      'test: test: [linux] | needs build: [linux]',
      'test: test: [mac] | needs build: [mac]',
    ]);
    expect(problemsOf(text.replace('matrix.OS', 'matrix.ARCH')).join()).toContain(
      'names no variable',
    );
  });

  test('may be optional where a job is not always there', () => {
    const text = yaml`
      a: {stage: build, script: [x], rules: [{if: $NO}]}
      b: {script: [x], needs: [{job: a, optional: true}, {job: gone, optional: true}]}
      c: {script: [x], dependencies: [a]}
    `;
    expect(outline(compileText(text))).toEqual([
      'test: b | needs nothing',
      'test: c | fetches nothing',
    ]);
  });

  test('on a job that its rules keep out are refused', () => {
    const text = 'a: {script: [x], rules: [{if: $NO}]}\nb: {script: [x], needs: [a]}\n';
    expect(problemsOf(text)).toEqual(['2:26 b needs a, which its rules keep out of this pipeline']);
  });

  test('fetch from what both of them name', () => {
    const text = yaml`
      a: {stage: build, script: [x]}
      b: {stage: build, script: [x]}
      c: {script: [x], needs: [a, b], dependencies: [b]}
      d: {script: [x], needs: [a], dependencies: []}
    `;
    const { jobs } = compileText(text);
    expect(jobs.slice(2).map(({ dependencies }) => dependencies)).toEqual([['b'], []]);
  });

  const two = 'a: {stage: build, script: [x]}\nb: {stage: test, script: [x]}\n';
  test.each([
    ['needs: [nope]', 'j needs nope, which is not defined'],
    ['needs: [a, a]', 'j needs a twice'],
    ['needs: a', 'j:needs has to be a list'],
    ['needs: [{artifacts: true}]', 'j:needs names no job'],
    ['needs: [{job: a, pipeline: $P}]', 'has needs:pipeline'],
    ['needs: [{project: g/p, job: a, ref: main}]', 'has needs:project'],
    ['needs: {pipeline: g/p}', 'has needs:pipeline'],
    ['needs: [{job: a, parallel: 2}]', 'takes no number in needs'],
    ['needs: [j]', 'in a circle: j → j'],
    ['dependencies: [nope]', 'j depends on nope, which is not defined'],
    ['dependencies: a', 'j:dependencies has to be a list'],
    ['needs: [a], dependencies: [b]', 'j depends on b without needing it'],
    ['stage: build, needs: [b]', 'j needs b of a later stage'],
    ['stage: build, dependencies: [b]', 'j depends on b of a later stage'],
    ['rules: [{when: always, needs: [nope]}]', 'j needs nope, which is not defined'],
  ])('`%s` is refused', (keywords, problem) => {
    expect(problemsOf(`${two}j: {script: [x], ${keywords}}\n`).join('\n')).toContain(problem);
  });

  test('in a circle are refused', () => {
    const text =
      'a: {script: [x], needs: [b]}\nb: {script: [x], needs: [c]}\nc: {script: [x], needs: [a]}\n';
    expect(problemsOf(text)).toEqual(['1:26 jobs need each other in a circle: a → b → c → a']);
  });

  test('on more jobs than GitLab takes are refused', () => {
    const text = 'a: {stage: build, script: [x], parallel: 51}\nb: {script: [x], needs: [a]}\n';
    expect(problemsOf(text)).toEqual(['2:26 b needs 51 jobs']);
  });

  test('are suggested where they are misspelt', () => {
    const text = 'compile: {stage: build, script: [x]}\nb: {script: [x], needs: [compil]}\n';
    expect(() => compileText(text)).toThrow('did you mean compile?');
  });
});
