import { describe, expect, test } from 'vitest';

import { compileJob, compileText, jobNames, problemsOf } from '../testing/compile-text.ts';
import type { Given } from '../testing/compile-text.ts';
import { yaml } from '../testing/yaml.ts';

/** Whether a job with these rules is part of the pipeline, beside one that always is. */
function runs(rules: string, given: Given = {}): boolean {
  const text = `always: {script: [x]}\njob: {script: [x], rules: ${rules}}\n`;
  return jobNames(text, given).includes('job');
}

describe('rules', () => {
  test.each([
    ['[{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]', true],
    ['[{if: $CI_COMMIT_TAG}]', false],
    ['[{if: $CI_COMMIT_TAG}, {if: $CI_COMMIT_BRANCH}]', true],
    ['[{if: $CI_COMMIT_BRANCH, when: never}, {when: always}]', false],
    ['[{if: $CI_COMMIT_TAG, when: never}, {when: always}]', true],
    ['[{if: $CI_PIPELINE_SOURCE == "push", exists: [none]}]', false],
    ['[{exists: [.gitlab-ci.yml]}]', true],
    ['[{exists: "*.yml"}]', true],
    ['[{exists: [docs/]}]', true],
    ['[{exists: ["**/*.md"]}]', true],
    ['[{exists: ["**/*.rs"]}]', false],
    ['[{exists: ["$DIR/**/*"]}]', true],
    ['[{exists: {paths: [docs/a.md]}}]', true],
    ['[{exists: []}]', false],
    ['[{changes: [src/**/*]}]', true],
    ['[{changes: ["*.md"]}]', false],
    ['[{changes: ["$DIR/*"]}]', false],
    ['[{changes: {paths: ["**/*.{ts,js}"]}}]', true],
    ['[{changes: [src/a/b.ts], exists: [none]}]', false],
    ['', true],
  ])('%s decide: %s', (rules, expected) => {
    const given = {
      files: { 'docs/a.md': '' },
      changedFiles: ['src/a/b.ts'],
      variables: { DIR: 'docs' },
    };
    expect(runs(rules, given)).toBe(expected);
  });

  test('with changes hold for a pipeline that has nothing to compare with', () => {
    expect(runs('[{changes: [anything]}]')).toBe(true);
    expect(runs('[{changes: [anything]}]', { changedFiles: [] })).toBe(false);
  });

  test('see variables of the job, the pipeline and the event, as they are written', () => {
    const text = yaml`
      variables: {ROOT: root, REF: $ROOT}
      job:
        variables: {OWN: own}
        script: [x]
        rules:
          - if: '$REF == "root"'
            when: never
          - if: '$OWN == "own" && $ROOT == "root" && $GIVEN == "given" && $CI_JOB_NAME == "job"'
    `;
    expect(compileJob(text, { variables: { GIVEN: 'given' } }).name).toBe('job');
  });

  test('see the variables of the pipeline win over those of the configuration', () => {
    const text = 'variables: {A: no}\njob: {script: [x], rules: [{if: $A == "yes"}]}\n';
    expect(jobNames(text, { variables: { A: 'yes' } })).toEqual(['job']);
    expect(problemsOf(text, { predefined: { A: 'yes' } })).toHaveLength(1);
  });

  test('see what GitLab knows of a job by then', () => {
    const text = yaml`
      job:
        parallel: {matrix: [{A: [1, 2]}]}
        stage: build
        environment: {name: "prod/$A", url: "https://x"}
        script: [x]
        rules:
          - if: '$CI_NODE_INDEX == "2" && $CI_NODE_TOTAL == "2" && $CI_JOB_GROUP_NAME == "job" && $CI_JOB_STAGE == "build" && $CI_ENVIRONMENT_NAME == "prod/2" && $CI_JOB_NAME_SLUG == "job---2"'
    `;
    expect(jobNames(text)).toEqual(['job: [2]']);
  });

  test('set when, allow_failure, variables and needs', () => {
    const text = yaml`
      a: {stage: build, script: [x]}
      b: {stage: build, script: [x]}
      job:
        script: [x]
        needs: [a]
        allow_failure: {exit_codes: 3}
        variables: {A: job}
        rules:
          - if: $CI_COMMIT_BRANCH
            when: delayed
            start_in: 1 hour
            allow_failure: true
            variables: {A: rule}
            needs: [b]
    `;
    expect(compileJob(text, { name: 'job' })).toMatchObject({
      when: 'delayed',
      start_in: '1 hour',
      allow_failure: true,
      variables: { A: { value: 'rule' } },
      needs: [{ job: 'b', artifacts: true }],
      dependencies: ['b'],
    });
  });

  test('leave to the job what they do not say', () => {
    const text = yaml`
      job:
        when: manual
        allow_failure: {exit_codes: 3}
        script: [x]
        needs: []
        rules: [{if: $CI_COMMIT_BRANCH, needs: []}]
    `;
    expect(compileJob(text)).toMatchObject({
      when: 'manual',
      allow_failure: { exit_codes: [3] },
      needs: [],
    });
  });

  test('make a manual job one that must not fail, unlike the job’s own when', () => {
    const manual = 'job: {script: [x], rules: [{when: manual}]}\n';
    expect(compileJob(manual).allow_failure).toBe(false);
    expect(compileJob('job: {script: [x], when: manual, rules: [{if: $CI}]}\n').allow_failure).toBe(
      true,
    );
  });

  test('with globs beyond measure are refused', () => {
    const text = `job: {script: [x], rules: [{exists: ["${'{a,b}'.repeat(30)}"]}]}\n`;
    expect(problemsOf(text).join()).toContain('stands for too many paths');
  });

  test('that fail only with these variables are refused', () => {
    const text = 'job: {script: [x], rules: [{if: "$A =~ ($B == null)"}]}\n';
    expect(problemsOf(text).join()).toContain('1:28 the rule fails');
  });
});

describe('a pipeline', () => {
  test('that the rules of all jobs keep empty is refused', () => {
    expect(problemsOf('job: {script: [x], rules: [{if: $NO}]}\n')).toEqual([
      '1:1 the rules of all jobs keep them out of this pipeline',
    ]);
  });

  test('of nothing but .pre and .post is refused', () => {
    const text = 'a: {stage: .pre, script: [x]}\nb: {stage: .post, script: [x]}\n';
    expect(problemsOf(text).join()).toContain('only jobs of .pre and .post are left');
  });

  test('has its jobs in the order of its stages', () => {
    const text = yaml`
      stages: [one, two]
      d: {stage: .post, script: [x]}
      c: {stage: two, script: [x]}
      b: {stage: one, script: [x]}
      a: {stage: .pre, script: [x]}
      b2: {stage: one, script: [x]}
    `;
    const { stages, jobs } = compileText(text);
    expect(stages).toEqual(['.pre', 'one', 'two', '.post']);
    expect(jobs.map(({ name, stage_idx: index }) => `${index} ${name}`)).toEqual([
      '0 a',
      '1 b',
      '1 b2',
      '2 c',
      '3 d',
    ]);
  });

  test('has .pre and .post once, wherever stages names them', () => {
    const { stages } = compileText('stages: [.post, a, .pre, a]\nj: {stage: a, script: [x]}\n');
    expect(stages).toEqual(['.pre', 'a', '.post']);
  });
});
