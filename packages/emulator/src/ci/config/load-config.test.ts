import { describe, expect, test } from 'vitest';

import { compileJob, compileText, jobNames, problemsOf } from '../testing/compile-text.ts';
import { yaml } from '../testing/yaml.ts';

const files = {
  'ci/build.yml': 'build: {stage: build, script: [make], tags: [a, b]}\n',
  'ci/test.yml': 'test: {script: [make test]}\n',
  'ci/deep/lint.yaml': 'lint: {script: [make lint]}\n',
};
const OWN = '\nown: {script: [x]}\n';

describe('include', () => {
  test.each([
    ['a path', 'include: ci/build.yml'],
    ['a path from the root', 'include: /ci/build.yml'],
    ['a list', 'include: [ci/build.yml]'],
    ['local', 'include: {local: ci/build.yml}'],
    ['a list of local', 'include: [{local: /ci/build.yml}]'],
    ['a variable', 'include: [{local: "$DIR/build.yml"}]'],
  ])('takes %s', (_, include) => {
    expect(jobNames(include + OWN, { files, variables: { DIR: 'ci' } })).toEqual(['build', 'own']);
  });

  test.each([
    ['ci/*.yml', ['build', 'test', 'own']],
    ['ci/**/*.yaml', ['lint', 'own']],
    ['ci/**', ['build', 'lint', 'test', 'own']],
    ['/ci/*.yml', ['build', 'test', 'own']],
  ])('takes the wildcard %s', (pattern, names) => {
    expect(jobNames(`include: "${pattern}"${OWN}`, { files })).toEqual(names);
  });

  test('notes a wildcard that matches nothing', () => {
    const { notes } = compileText(`include: "no/*.yml"${OWN}`, { files });
    expect(notes.map(({ what }) => what)).toEqual(['include matches no file (no/*.yml)']);
  });

  test('lets the including file win, and the later include over the earlier', () => {
    const text = yaml`
      include: [ci/build.yml, over.yml]
      build: {variables: {A: own}}
    `;
    const over = { 'over.yml': 'build: {script: [over], variables: {A: over, B: over}}\n' };
    expect(compileJob(text, { files: { ...files, ...over } })).toMatchObject({
      script: ['over'],
      tags: ['a', 'b'],
      variables: { A: { value: 'own' }, B: { value: 'over' } },
    });
  });

  test('is followed in included files, from the root', () => {
    const nested = { ...files, 'ci/all.yml': 'include: [ci/build.yml, /ci/deep/lint.yaml]\n' };
    expect(jobNames(`include: ci/all.yml${OWN}`, { files: nested })).toEqual([
      'build',
      'lint',
      'own',
    ]);
  });

  test('takes a file twice from different places', () => {
    const nested = { ...files, 'ci/all.yml': 'include: ci/build.yml\n' };
    expect(jobNames(`include: [ci/build.yml, ci/all.yml]${OWN}`, { files: nested })).toEqual([
      'build',
      'own',
    ]);
  });

  test('obeys rules, and notes what they leave out', () => {
    const text = yaml`
      include:
        - local: ci/build.yml
          rules: [{if: $CI_COMMIT_BRANCH == "other"}]
        - local: ci/test.yml
          rules: [{exists: [ci/deep/*]}]
        - local: ci/deep/lint.yaml
          rules: [{if: $CI_COMMIT_BRANCH, when: never}]
        - template: Auto-DevOps.gitlab-ci.yml
          rules: [{changes: [nothing]}]
      own: {script: [x]}
    `;
    const pipeline = compileText(text, { files, changedFiles: ['a'] });
    expect(pipeline.jobs.map(({ name }) => name)).toEqual(['test', 'own']);
    expect(pipeline.notes.map(({ line }) => line)).toEqual([2, 6, 8]);
  });

  test('reports a mistake where it stands, in the included file', () => {
    const broken = { 'ci/broken.yml': '\njob:\n  script: [x]\n  tags: docker\n' };
    expect(problemsOf('include: ci/broken.yml\n', { files: broken })).toEqual([
      'ci/broken.yml:4:9 job:tags has to be a list of strings and is the string "docker"',
    ]);
  });

  test.each([
    ['template', 'include: [{template: Ruby.gitlab-ci.yml}]', 'takes a configuration by template'],
    [
      'remote',
      'include: [{remote: "https://example.org/a.yml"}]',
      'takes a configuration by remote',
    ],
    ['a URL', 'include: https://example.org/a.yml', 'takes a configuration by remote'],
    [
      'project',
      'include: [{project: g/p, ref: main, file: /a.yml}]',
      'takes a configuration by project',
    ],
    [
      'component',
      'include: [{component: example.org/g/p/c@1.0}]',
      'takes a configuration by component',
    ],
    ['artifact', 'include: [{artifact: a.yml, job: gen}]', 'takes a configuration by artifact'],
    ['a missing file', 'include: none.yml', 'is none.yml, which does not exist'],
    ['no YAML', 'include: README.md', 'is README.md'],
    ['itself', 'include: .gitlab-ci.yml', 'is being read already'],
    ['nothing', 'include: [{}]', 'names no file'],
    ['an unknown key', 'include: [{local: ci/build.yml, rule: []}]', 'unknown keyword rule'],
    ['a number', 'include: 5', 'has to be a string'],
    ['a bad rule', 'include: [{local: ci/build.yml, rules: [{when: manual}]}]', 'is "manual"'],
  ])('is refused for %s', (_, include, problem) => {
    const problems = problemsOf(include + OWN, { files: { ...files, 'README.md': 'x' } });
    expect(problems[0]).toContain(problem);
  });

  test('that failed keeps quiet about names which it may have defined', () => {
    const text = yaml`
      include: [{template: Ruby.gitlab-ci.yml}]
      job:
        extends: .template-job
        stage: somewhere
        script: [!reference [.template, script]]
      other:
        stage: somewhere
        script: [x]
        needs: [template-job]
      template-job:
        tags: [mine]
    `;
    expect(problemsOf(text)).toHaveLength(1);
  });

  test('is limited to as many files as in GitLab', () => {
    const many = Object.fromEntries(
      Array.from({ length: 151 }, (_, at) => [`ci/${at}.yml`, `j${at}: {script: [x]}\n`]),
    );
    expect(problemsOf('include: "ci/*.yml"\n', { files: many }).join()).toContain(
      'one include too',
    );
  });
});

test('a repository without the file is told so', () => {
  expect(problemsOf('', { entry: 'ci.yml' })).toEqual([
    'ci.yml:1:1 the repository has no ci.yml at main',
  ]);
});

test('another file can be the configuration', () => {
  const other = { 'ci/main.yml': 'a: {script: [x]}\n' };
  expect(jobNames('b: {script: [x]}\n', { files: other, entry: 'ci/main.yml' })).toEqual(['a']);
});
