import { describe, expect, test } from 'vitest';

import { compileJob, compileText } from '../testing/compile-text.ts';
import { yaml } from '../testing/yaml.ts';

describe('a job', () => {
  test('with nothing but a script gets GitLab’s defaults', () => {
    expect(compileText('job: {script: make}\n')).toEqual({
      stages: ['.pre', 'build', 'test', 'deploy', '.post'],
      variables: {},
      notes: [],
      jobs: [
        {
          name: 'job',
          stage: 'test',
          stage_idx: 2,
          script: ['make'],
          variables: {},
          artifacts: [],
          cache: [],
          services: [],
          tags: [],
          allow_failure: false,
          when: 'on_success',
        },
      ],
    });
  });

  test('runs before_script and script as one, and after_script apart', () => {
    const job = compileJob(yaml`
      job:
        before_script: [a, [b, [c]]]
        script:
          - d
          - |
            if true; then
              e
            fi
        after_script: f
    `);
    expect(job.script).toEqual(['a', 'b', 'c', 'd', 'if true; then\n  e\nfi\n']);
    expect(job.after_script).toEqual(['f']);
  });

  test.each([
    ['timeout: 1h 30m', { timeout: 5400 }],
    ['timeout: 3 hours 4 minutes', { timeout: 11_040 }],
    ['timeout: "90"', { timeout: 90 }],
    ['tags: [docker, "$CI_COMMIT_BRANCH-$UNSET"]', { tags: ['docker', 'main-$UNSET'] }],
    ['retry: 2', { retry: { max: 2 } }],
    [
      'retry: {max: 1, when: runner_system_failure, exit_codes: 137}',
      { retry: { max: 1, when: ['runner_system_failure'], exit_codes: [137] } },
    ],
    [
      'retry: {max: 2, when: [api_failure, script_failure]}',
      { retry: { max: 2, when: ['api_failure', 'script_failure'] } },
    ],
    ['allow_failure: true', { allow_failure: true }],
    ['allow_failure: {exit_codes: 3}', { allow_failure: { exit_codes: [3] } }],
    ['allow_failure: {exit_codes: [3, 4]}', { allow_failure: { exit_codes: [3, 4] } }],
    ['when: manual', { when: 'manual', allow_failure: true }],
    ['when: manual\n  allow_failure: false', { when: 'manual', allow_failure: false }],
    ['when: delayed\n  start_in: 30 minutes', { when: 'delayed', start_in: '30 minutes' }],
    ['when: on_failure', { when: 'on_failure' }],
    ['image: ruby:3.3', { image: { name: 'ruby:3.3' } }],
    [
      'image: {name: a, entrypoint: [""], pull_policy: always, docker: {platform: linux/arm64}}',
      {
        image: {
          name: 'a',
          entrypoint: [''],
          pull_policy: ['always'],
          docker: { platform: 'linux/arm64' },
        },
      },
    ],
    [
      'image: {name: a, kubernetes: {user: 1000}}',
      { image: { name: 'a', kubernetes: { user: 1000 } } },
    ],
    [
      'services: [redis, "postgres:16"]',
      { services: [{ name: 'redis' }, { name: 'postgres:16' }] },
    ],
    [
      'services: [{name: db, alias: d, command: start, variables: {A: 1}, pull_policy: [never]}]',
      {
        services: [
          {
            name: 'db',
            alias: 'd',
            command: ['start'],
            variables: { A: '1' },
            pull_policy: ['never'],
          },
        ],
      },
    ],
    ['hooks: {pre_get_sources_script: [a, b]}', { hooks: { pre_get_sources_script: ['a', 'b'] } }],
    [
      'release: {tag_name: $CI_COMMIT_TAG, description: d, assets: {links: [{name: n, url: "https://x"}]}}',
      {
        release: {
          tag_name: '$CI_COMMIT_TAG',
          description: 'd',
          assets: { links: [{ name: 'n', url: 'https://x' }] },
        },
      },
    ],
    ['environment: prod', { environment: { name: 'prod', action: 'start' } }],
    [
      'environment: {name: review/$CI_COMMIT_REF_SLUG, url: "https://$CI_ENVIRONMENT_SLUG", action: stop, deployment_tier: other}',
      {
        environment: {
          name: 'review/main',
          url: 'https://$CI_ENVIRONMENT_SLUG',
          action: 'stop',
          deployment_tier: 'other',
        },
      },
    ],
    ['image: ', {}],
    ['before_script: []', { script: ['x'] }],
  ])('with %s is told to its runner so', (keyword, expected) => {
    expect(compileJob(`job:\n  script: x\n  ${keyword}\n`)).toMatchObject(expected);
  });

  test('may be made of steps instead of a script', () => {
    const job = compileJob(yaml`
      default: {before_script: [not run]}
      job:
        run:
          - {name: hello, script: echo hello, env: {A: b}}
          - {name: other, step: ./steps/other, inputs: {n: 1}}
          - name: far
            func: {git: {url: gitlab.com/x, rev: main}}
    `);
    expect(job.script).toEqual([]);
    expect(job.run).toEqual([
      { name: 'hello', script: 'echo hello', env: { A: 'b' } },
      { name: 'other', step: './steps/other', inputs: { n: 1 } },
      { name: 'far', func: { git: { url: 'gitlab.com/x', rev: 'main' } } },
    ]);
  });

  test('notes what is for GitLab’s server alone', () => {
    const { notes } = compileText(yaml`
      workflow: {auto_cancel: {on_new_commit: interruptible}}
      default: {timeout: 1h}
      job:
        script: [x]
        coverage: '/(\d+)%/'
        interruptible: true
        resource_group: production
        environment: production
        artifacts: {paths: [a], expose_as: the a}
        retry: {when: always}
    `);
    expect(notes.map(({ line, what }) => `${line} ${what.split(' ')[0]}`)).toEqual([
      '1 workflow:auto_cancel',
      '2 default:timeout',
      '5 job:coverage',
      '6 job:interruptible',
      '7 job:resource_group',
      '8 job:environment',
      '9 job:artifacts:expose_as',
      '10 job:retry',
    ]);
  });
});

describe('a Pages job', () => {
  test.each([
    ['pages: {script: [x]}', ['public']],
    ['pages: {script: [x], artifacts: {paths: [public]}}', ['public']],
    ['pages: {script: [x], artifacts: {paths: [a]}, publish: dist}', ['a', 'dist']],
    ['docs: {script: [x], pages: true}', ['public']],
    ['docs: {script: [x], pages: {publish: site, path_prefix: v1}}', ['site']],
  ])('%s uploads its folder', (text, paths) => {
    expect(compileJob(`${text}\n`).artifacts).toMatchObject([{ paths, artifact_type: 'archive' }]);
  });

  test('is none if it says so', () => {
    expect(compileJob('pages: {script: [x], pages: false}\n').artifacts).toEqual([]);
  });
});
