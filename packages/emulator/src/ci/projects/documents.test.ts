import { expect, test } from 'vitest';

import { compileJob, compileText } from '../testing/compile-text.ts';
import { outline } from '../testing/outline.ts';
import { yaml } from '../testing/yaml.ts';

test('a site of GitLab Pages uploads its folder without being told', () => {
  const text = yaml`
    image: registry.gitlab.com/pages/hugo
    variables: {GIT_SUBMODULE_STRATEGY: recursive}
    test: {script: [hugo], except: [main]}
    pages: {script: [hugo --minify], only: [main]}
  `;
  expect(outline(compileText(text))).toEqual(['test: pages']);
  expect(compileJob(text).artifacts).toEqual([
    { paths: ['public'], artifact_type: 'archive', artifact_format: 'zip' },
  ]);
  expect(outline(compileText(text, { ref: 'draft' }))).toEqual(['test: test']);
});

test('documentation is published under the name of its version', () => {
  const text = yaml`
    docs:
      image: squidfunk/mkdocs-material
      script: mkdocs build --strict --site-dir site
      pages: {publish: site, path_prefix: $CI_COMMIT_TAG, expire_in: never}
      rules:
        - if: $CI_COMMIT_TAG
        - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
          changes: [docs/**/*, mkdocs.yml]
    links:
      script: lychee docs
      allow_failure: true
      rules: [{exists: ["docs/*.md"]}]
  `;
  const files = { 'docs/index.md': '# Hello' };
  expect(outline(compileText(text, { files, changedFiles: ['docs/index.md'] }))).toEqual([
    'test: docs',
    'test: links | may fail',
  ]);
  expect(outline(compileText(text, { files, changedFiles: ['a.c'] }))).toEqual([
    'test: links | may fail',
  ]);
  expect(compileJob(text, { ref: 'v1', tag: true }).artifacts).toMatchObject([{ paths: ['site'] }]);
});

test('a thesis is set in LaTeX, and its pages kept for good from tags only', () => {
  const text = yaml`
    .latex: &latex
      image: texlive/texlive
      script:
        - latexmk -pdf -interaction=nonstopmode thesis.tex
    draft:
      <<: *latex
      artifacts: {name: "draft-$CI_COMMIT_SHORT_SHA", paths: [thesis.pdf], expire_in: 2 weeks}
      except: [tags]
    final:
      <<: *latex
      artifacts: {name: "thesis-$CI_COMMIT_TAG", paths: [thesis.pdf], expire_in: never}
      only: [tags]
  `;
  expect(compileJob(text).artifacts).toMatchObject([{ expire_in: '2 weeks' }]);
  expect(compileJob(text, { ref: 'submitted', tag: true }).artifacts).toMatchObject([
    { name: 'thesis-$CI_COMMIT_TAG', expire_in: 'never' },
  ]);
});

test('a game is built by Unity for each platform from a licence in a variable', () => {
  const text = yaml`
    variables:
      BUILD_NAME: Game
      UNITY_DIR: $CI_PROJECT_DIR
      IMAGE_VERSION: "3"
    image: $IMAGE
    .unity_before_script: &unity_before_script
      before_script: [chmod +x ./ci/before_script.sh && ./ci/before_script.sh]
    .cache: &cache
      cache:
        key: "$CI_PROJECT_NAMESPACE-$CI_PROJECT_NAME-$CI_COMMIT_REF_SLUG-$TEST_PLATFORM"
        paths: [$UNITY_DIR/Library/]
    .license: &license
      rules: [{if: '$UNITY_LICENSE != null', when: always}]
    get-activation-file:
      rules: [{if: '$UNITY_LICENSE == null', when: manual}]
      script: [./ci/get_activation_file.sh]
      artifacts: {paths: [$UNITY_ACTIVATION_FILE], expire_in: 10 min}
    .build: &build
      stage: build
      <<: [*unity_before_script, *cache, *license]
      script: [./ci/build.sh]
      artifacts: {paths: [$UNITY_DIR/Builds/]}
    build-windows:
      <<: *build
      variables: {BUILD_TARGET: StandaloneWindows64}
    build-webgl:
      <<: *build
      image: $IMAGE-webgl
      timeout: 3h
      variables: {BUILD_TARGET: WebGL}
  `;
  expect(outline(compileText(text))).toEqual(['test: get-activation-file | manual']);
  const licensed = compileText(text, { variables: { UNITY_LICENSE: '<xml/>' } });
  expect(outline(licensed)).toEqual([
    'build: build-windows | always',
    'build: build-webgl | always',
  ]);
  expect(licensed.jobs[1]).toMatchObject({
    image: { name: '$IMAGE-webgl' },
    timeout: 10_800,
    script: ['chmod +x ./ci/before_script.sh && ./ci/before_script.sh', './ci/build.sh'],
    cache: [{ paths: ['$UNITY_DIR/Library/'] }],
  });
});

test('a batch cluster is given its jobs through the runner, with long limits', () => {
  const text = yaml`
    stages: [submit, collect]
    default: {tags: [slurm], interruptible: false}
    variables: {SCHEDULER_PARAMETERS: "--time=24:00:00 --account=p123"}
    simulate:
      stage: submit
      timeout: 1 day 2 hours
      parallel: 20
      variables: {SCHEDULER_PARAMETERS: "--time=24:00:00 --gres=gpu:4 --nodes=2"}
      script: srun ./sim --part $CI_NODE_INDEX --of $CI_NODE_TOTAL
      artifacts: {paths: ["out/*.h5"], when: always, expire_in: 1 mo}
    collect:
      stage: collect
      script: ./merge out/*.h5
      when: on_success
    diagnose: {stage: collect, script: ./why, when: on_failure, dependencies: ["simulate 1/20"]}
  `;
  const { jobs } = compileText(text);
  expect(jobs).toHaveLength(22);
  expect(jobs[19]).toMatchObject({ name: 'simulate 20/20', timeout: 93_600, tags: ['slurm'] });
  expect(outline({ jobs: jobs.slice(20) })).toEqual([
    'collect: collect',
    'collect: diagnose | on_failure | fetches simulate 1/20',
  ]);
});

test('mirrors and database dumps run by schedule alone, each by the schedule’s variable', () => {
  const text = yaml`
    .scheduled:
      image: alpine
      variables: {GIT_STRATEGY: none}
    mirror:
      extends: .scheduled
      script: git push --mirror backup
      rules: [{if: $CI_PIPELINE_SOURCE == "schedule" && $TASK == "mirror"}]
    dump:
      extends: .scheduled
      script: pg_dump "$DATABASE" | gzip > dump.sql.gz
      artifacts: {paths: [dump.sql.gz], expire_in: 3 mos, public: false}
      rules:
        - if: $CI_PIPELINE_SOURCE != "schedule"
          when: never
        - if: '$TASK =~ /^(dump|all)$/'
  `;
  const run = (task: string): string[] =>
    outline(compileText(text, { variables: { CI_PIPELINE_SOURCE: 'schedule', TASK: task } }));
  expect(run('mirror')).toEqual(['test: mirror']);
  expect(run('all')).toEqual(['test: dump']);
  expect(() => compileText(text)).toThrow('the rules of all jobs keep them out');
});
