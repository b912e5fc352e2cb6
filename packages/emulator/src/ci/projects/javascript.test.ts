import { describe, expect, test } from 'vitest';

import { compileJob, compileText } from '../testing/compile-text.ts';
import { outline } from '../testing/outline.ts';
import { yaml } from '../testing/yaml.ts';

describe('a library for Node, published from tags', () => {
  const text = yaml`
    image: node:22-alpine

    stages: [check, test, publish]

    variables:
      npm_config_cache: $CI_PROJECT_DIR/.npm

    cache: &npm-cache
      key:
        files: [package-lock.json]
      paths: [.npm/]
      policy: pull

    .node: &node
      before_script:
        - npm ci --prefer-offline --no-audit

    lint:
      <<: *node
      stage: check
      cache: {<<: *npm-cache, policy: pull-push}
      script:
        - npm run lint
        - npm run typecheck

    unit:
      <<: *node
      stage: test
      image: node:$NODE-alpine
      parallel:
        matrix:
          - NODE: ["20", "22", "24"]
      script: npm test -- --reporters=default --reporters=jest-junit
      coverage: '/All files[^|]*\|[^|]*\s+([\d\.]+)/'
      artifacts:
        when: always
        reports:
          junit: junit.xml
          coverage_report:
            coverage_format: cobertura
            path: coverage/cobertura-coverage.xml

    publish:
      <<: *node
      stage: publish
      rules:
        - if: $CI_COMMIT_TAG =~ /^v\d+\.\d+\.\d+$/
      script:
        - echo "//packages.example.com/:_authToken=\${NPM_TOKEN}" > .npmrc
        - npm publish
  `;
  const files = { 'package-lock.json': '{}' };

  test('is checked and tested on each version for a branch', () => {
    expect(outline(compileText(text, { files }))).toEqual([
      'check: lint',
      'test: unit: [20]',
      'test: unit: [22]',
      'test: unit: [24]',
    ]);
  });

  test('is published from a version’s tag', () => {
    expect(outline(compileText(text, { files, ref: 'v1.2.3', tag: true }))).toContain(
      'publish: publish',
    );
    expect(outline(compileText(text, { files, ref: 'v1', tag: true }))).not.toContain(
      'publish: publish',
    );
  });

  test('shares one cache, which one job fills and the others read', () => {
    const { jobs } = compileText(text, { files });
    const keys = jobs.map(({ cache }) =>
      cache.map(({ key, policy }) => [key.slice(0, 15), policy]),
    );
    expect(keys).toEqual([
      [['0_package-lock-', 'pull-push']],
      [['0_package-lock-', 'pull']],
      [['0_package-lock-', 'pull']],
      [['0_package-lock-', 'pull']],
    ]);
  });

  test('uploads its reports in GitLab’s formats', () => {
    const job = compileJob(text, { files, name: 'unit: [24]' });
    expect(job).toMatchObject({
      image: { name: 'node:$NODE-alpine' },
      variables: { NODE: { value: '24' } },
      script: ['npm ci --prefer-offline --no-audit', expect.stringContaining('npm test')],
      artifacts: [
        { artifact_type: 'junit' },
        { artifact_type: 'cobertura', name: 'cobertura-coverage.xml' },
      ],
    });
  });

  test('keeps a script’s own braces and dollars', () => {
    const job = compileJob(text, { files, ref: 'v1.2.3', tag: true, name: 'publish' });
    expect(job.script[1]).toBe('echo "//packages.example.com/:_authToken=${NPM_TOKEN}" > .npmrc');
  });
});

describe('a monorepo that builds what changed', () => {
  const text = yaml`
    workflow:
      rules:
        - if: $CI_PIPELINE_SOURCE == "merge_request_event"
        - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH

    default:
      image: node:22
      before_script:
        - corepack enable
        - pnpm install --frozen-lockfile
      cache:
        key: {files: [pnpm-lock.yaml], prefix: pnpm}
        paths: [.pnpm-store]
      interruptible: true

    .package:
      stage: test
      script:
        - pnpm --filter "./packages/$PACKAGE..." run build
        - pnpm --filter "./packages/$PACKAGE" run test
      artifacts:
        paths: ["packages/*/dist"]
        expire_in: 2 hrs

    api:
      extends: .package
      variables: {PACKAGE: api}
      rules:
        - changes: ["packages/api/**/*", "packages/shared/**/*"]

    web:
      extends: .package
      variables: {PACKAGE: web}
      rules:
        - changes:
            paths: ["packages/web/**/*", "packages/shared/**/*"]

    e2e:
      stage: deploy
      needs:
        - {job: api, optional: true}
        - {job: web, optional: true}
      script: pnpm e2e
      rules:
        - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
        - if: $RUN_E2E
          when: manual
          allow_failure: true
  `;
  const review = { CI_PIPELINE_SOURCE: 'merge_request_event' };

  test.each([
    [['packages/api/src/a.ts'], ['test: api', 'deploy: e2e | needs api']],
    [['packages/shared/b.ts'], ['test: api', 'test: web', 'deploy: e2e | needs api, web']],
    [['README.md'], ['deploy: e2e | needs nothing']],
  ])('after a change of %j', (changedFiles, expected) => {
    expect(outline(compileText(text, { changedFiles }))).toEqual(expected);
  });

  test('offers the slow tests by hand in a merge request that asks for them', () => {
    const given = {
      changedFiles: ['packages/web/x'],
      ref: 'topic',
      variables: { ...review, RUN_E2E: '1' },
    };
    expect(outline(compileText(text, given))).toEqual([
      'test: web',
      'deploy: e2e | manual | may fail | needs web',
    ]);
  });

  test('has no pipeline for branches that are not reviewed', () => {
    expect(() => compileText(text, { ref: 'topic' })).toThrow('workflow:rules let no pipeline run');
  });
});

describe('a web application with review environments and sharded browser tests', () => {
  const text = yaml`
    stages: [build, test, review, production, cleanup]

    build:
      stage: build
      script: [npm ci, npm run build]
      artifacts: {paths: [dist/], expire_in: 1 day}

    browsers:
      stage: test
      image: {name: "mcr.microsoft.com/playwright:v1.50", entrypoint: [""]}
      parallel: 3
      retry: {max: 2, when: [runner_system_failure, stuck_or_timeout_failure]}
      script:
        - npx playwright test --shard=$CI_NODE_INDEX/$CI_NODE_TOTAL
      artifacts:
        when: on_failure
        paths: [playwright-report/]

    merge reports:
      stage: test
      needs: [browsers]
      when: always
      script: npx playwright merge-reports

    review:
      stage: review
      script: ./deploy.sh review
      environment:
        name: review/$CI_COMMIT_REF_SLUG
        url: https://$CI_COMMIT_REF_SLUG.review.example.org
        on_stop: stop review
        auto_stop_in: 1 week
      except: [main]

    stop review:
      stage: cleanup
      variables: {GIT_STRATEGY: none}
      script: ./deploy.sh stop
      environment: {name: review/$CI_COMMIT_REF_SLUG, action: stop}
      when: manual
      except: [main]

    production:
      stage: production
      script: ./deploy.sh production
      environment: {name: production, url: "https://example.org"}
      resource_group: production
      only: [main]
  `;

  test('is deployed to production from main', () => {
    expect(outline(compileText(text))).toEqual([
      'build: build',
      'test: browsers 1/3',
      'test: browsers 2/3',
      'test: browsers 3/3',
      'test: merge reports | always | needs browsers 1/3, browsers 2/3, browsers 3/3',
      'production: production',
    ]);
  });

  test('is deployed for review from other branches', () => {
    const { jobs } = compileText(text, { ref: 'feature/Login' });
    expect(jobs.at(-2)?.environment).toMatchObject({
      name: 'review/feature-login',
      action: 'start',
    });
    expect(outline({ jobs: jobs.slice(-2) })).toEqual([
      'review: review',
      'cleanup: stop review | manual | may fail',
    ]);
  });

  test('tells each shard its number', () => {
    expect(compileJob(text, { name: 'browsers 2/3' })).toMatchObject({
      parallel: { index: 2, total: 3 },
      retry: { max: 2, when: ['runner_system_failure', 'stuck_or_timeout_failure'] },
      image: { entrypoint: [''] },
    });
  });
});
