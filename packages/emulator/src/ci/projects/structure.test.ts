import { describe, expect, test } from 'vitest';

import { compileJob, compileText, problemsOf } from '../testing/compile-text.ts';
import { outline } from '../testing/outline.ts';
import { yaml } from '../testing/yaml.ts';

describe('a configuration in many files', () => {
  const files = {
    'ci/defaults.yml': yaml`
      default:
        image: registry.example.org/base
        retry: {max: 1, when: [runner_system_failure]}
      stages: [prepare, build, verify, ship]
    `,
    'ci/rules.yml': yaml`
      .if-default: &if-default
        if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
      .if-tag: &if-tag
        if: $CI_COMMIT_TAG
      .rules:build:
        rules:
          - <<: *if-default
          - <<: *if-tag
          - if: $CI_PIPELINE_SOURCE == "merge_request_event"
      .rules:ship:
        rules:
          - <<: *if-tag
            when: manual
            allow_failure: false
    `,
    'ci/jobs/build.yml': yaml`
      .make:
        variables: {MAKEFLAGS: -j4}
        script: [make $TARGET]
      app: {extends: [.make, ".rules:build"], stage: build, variables: {TARGET: app}}
      docs: {extends: [.make, ".rules:build"], stage: build, variables: {TARGET: docs, MAKEFLAGS: }}
    `,
    'ci/jobs/ship.yml': yaml`
      ship:
        stage: ship
        extends: .rules:ship
        needs: [app, docs]
        script:
          - !reference [.make, script]
          - make ship
    `,
  };
  const text = yaml`
    include:
      - ci/defaults.yml
      - local: ci/rules.yml
      - local: 'ci/jobs/*.yml'
    app:
      tags: [fast]
    verify: {stage: verify, extends: ".rules:build", script: [make check]}
  `;

  test('is one pipeline', () => {
    expect(outline(compileText(text, { files }))).toEqual([
      'build: app',
      'build: docs',
      'verify: verify',
    ]);
    expect(outline(compileText(text, { files, ref: 'v1', tag: true })).at(-1)).toBe(
      'ship: ship | manual | needs app, docs',
    );
  });

  test('has what a file adds to a job of another', () => {
    expect(compileJob(text, { files, name: 'app' })).toMatchObject({
      tags: ['fast'],
      image: { name: 'registry.example.org/base' },
      retry: { max: 1 },
      script: ['make $TARGET'],
      variables: { MAKEFLAGS: { value: '-j4' }, TARGET: { value: 'app' } },
    });
  });

  test('lets a job blank a variable', () => {
    const { variables } = compileJob(text, { files, name: 'docs' });
    expect(variables).toMatchObject({ MAKEFLAGS: { value: '' } });
  });

  test('tells in which of the files a mistake is', () => {
    const broken = { ...files, 'ci/jobs/ship.yml': 'ship:\n  stage: shop\n  script: [x]\n' };
    expect(problemsOf(text, { files: broken })).toEqual([
      'ci/jobs/ship.yml:2:10 ship is in the stage shop, which is not defined',
    ]);
  });
});

describe('a component that teams include with inputs', () => {
  const files = {
    'templates/scan.yml': yaml`
      spec:
        inputs:
          stage: {default: test}
          severity: {default: high, options: [low, high]}
          paths: {type: array, default: ["."]}
          blocking: {type: boolean, default: false}
      ---
      "scan ($[[ inputs.severity ]])":
        stage: $[[ inputs.stage ]]
        allow_failure: {exit_codes: [1]}
        variables: {BLOCKING: "$[[ inputs.blocking ]]"}
        script:
          - scan --severity $[[ inputs.severity ]]
        artifacts:
          paths: $[[ inputs.paths ]]
    `,
  };

  test('is as many jobs as it is included', () => {
    const text = yaml`
      include:
        - local: templates/scan.yml
        - local: templates/scan.yml
          inputs: {severity: low, stage: deploy, paths: [src, lib], blocking: true}
    `;
    const { jobs } = compileText(text, { files });
    expect(outline({ jobs })).toEqual([
      'test: scan (high) | may fail 1',
      'deploy: scan (low) | may fail 1',
    ]);
    expect(jobs[1]).toMatchObject({
      script: ['scan --severity low'],
      artifacts: [{ paths: ['src', 'lib'] }],
      variables: { BLOCKING: { value: 'true' } },
    });
  });
});

test('a site from before rules existed still builds', () => {
  const text = yaml`
    image: php:8.3

    services:
      - mysql:8

    before_script:
      - bash ci/install.sh > /dev/null

    stages:
      - test
      - deploy

    test:app:
      stage: test
      script:
        - vendor/bin/phpunit --configuration phpunit.xml
      only:
        - master
        - develop
        - /^feature-.*$/
        - merge_requests

    deploy:staging:
      stage: deploy
      script: rsync -a . staging:/srv
      only: [develop]
      environment: staging

    deploy:production:
      stage: deploy
      script: rsync -a . production:/srv
      only:
        refs: [master]
        variables: [$RELEASE == "yes"]
      except:
        changes: ["*.md"]
      when: manual
  `;
  const runs = (ref: string, extra: object = {}): string[] =>
    outline(compileText(text, { ref, ...extra }));
  expect(runs('develop')).toEqual(['test: test:app', 'deploy: deploy:staging']);
  expect(runs('feature-x')).toEqual(['test: test:app']);
  expect(runs('x', { variables: { CI_PIPELINE_SOURCE: 'merge_request_event' } })).toEqual([
    'test: test:app',
  ]);
  const release = { variables: { RELEASE: 'yes' }, changedFiles: ['index.php'] };
  expect(runs('master', release)).toEqual([
    'test: test:app',
    'deploy: deploy:production | manual | may fail',
  ]);
  expect(runs('master', { ...release, changedFiles: ['a.md'] })).toEqual(['test: test:app']);
});

test('one job says what a script of several lines says', () => {
  const text = yaml`
    job:
      script:
        - >
          curl --fail
          --header "X: y"
          https://example.org
        - |
          cat <<'EOF'
            indented: yes
          EOF
        - 'echo "key: value"'
        - "printf '%s\\n' \"$HOME\""
        - echo no-quotes # a comment
        - "# no comment"
  `;
  expect(compileJob(text).script).toEqual([
    'curl --fail --header "X: y" https://example.org\n',
    "cat <<'EOF'\n  indented: yes\nEOF\n",
    'echo "key: value"',
    'printf \'%s\\n\' "$HOME"',
    'echo no-quotes',
    '# no comment',
  ]);
});
