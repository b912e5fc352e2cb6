import { describe, expect, test } from 'vitest';

import { compileJob, compileText } from '../testing/compile-text.ts';
import { outline } from '../testing/outline.ts';
import { yaml } from '../testing/yaml.ts';

describe('a Python library with old-style keywords', () => {
  const text = yaml`
    image: python:3.12

    before_script:
      - python -V
      - pip install tox

    .tox:
      script: tox -e $TOXENV
      cache:
        paths: [.tox]
        key: tox-$TOXENV

    py310: {extends: .tox, image: "python:3.10", variables: {TOXENV: py310}}
    py312: {extends: .tox, variables: {TOXENV: py312}}
    py313:
      extends: .tox
      image: python:3.13-rc
      variables: {TOXENV: py313}
      allow_failure: true

    docs:
      stage: deploy
      script: tox -e docs
      only: [master, /^docs-.*$/]
      except: [schedules]

    pypi:
      stage: deploy
      variables:
        TWINE_USERNAME: __token__
      script:
        - pip install build twine
        - python -m build
        - twine upload dist/*
      only: [tags]
  `;

  test('is tested on each version', () => {
    expect(outline(compileText(text))).toEqual([
      'test: py310',
      'test: py312',
      'test: py313 | may fail',
    ]);
    expect(compileJob(text, { name: 'py310' })).toMatchObject({
      image: { name: 'python:3.10' },
      script: ['python -V', 'pip install tox', 'tox -e $TOXENV'],
      cache: [{ key: 'tox-$TOXENV', paths: ['.tox'] }],
    });
  });

  test.each([
    ['master', false, 'push', 'deploy: docs'],
    ['docs-new', false, 'push', 'deploy: docs'],
    ['v1', true, 'push', 'deploy: pypi'],
  ])('deploys from %s', (ref, tag, source, job) => {
    const given = { ref, tag, variables: { CI_PIPELINE_SOURCE: source } };
    expect(outline(compileText(text, given))).toContain(job);
  });

  test('does not deploy its documentation by schedule', () => {
    const given = { ref: 'master', variables: { CI_PIPELINE_SOURCE: 'schedule' } };
    expect(outline(compileText(text, given))).toHaveLength(3);
  });
});

describe('a web service with a database beside its tests', () => {
  const text = yaml`
    stages: [static, test, migrate, deploy]

    variables:
      POSTGRES_DB: app
      POSTGRES_USER: app
      POSTGRES_PASSWORD: {value: s3cr$t, expand: false}
      DATABASE_URL: postgres://$POSTGRES_USER:$POSTGRES_PASSWORD@db/$POSTGRES_DB

    default:
      image: {name: "registry.example.org/python:3.12", pull_policy: [always, if-not-present]}
      tags: [docker, $SIZE]

    .uv: &uv
      cache:
        - key: {files: [uv.lock]}
          paths: [.cache/uv]
        - key: mypy-$CI_COMMIT_REF_SLUG
          fallback_keys: [mypy-$CI_DEFAULT_BRANCH]
          paths: [.mypy_cache]
          when: always

    ruff:
      stage: static
      needs: []
      variables: {SIZE: small}
      script: uvx ruff check --output-format=gitlab --output-file=ruff.json
      artifacts: {reports: {codequality: ruff.json}, expire_in: 1 week}

    mypy: {<<: *uv, stage: static, variables: {SIZE: small}, script: uv run mypy .}

    pytest:
      <<: *uv
      stage: test
      variables: {SIZE: large}
      services:
        - name: postgres:16
          alias: db
          command: ["postgres", "-c", "fsync=off"]
        - {name: "redis:7", variables: {REDIS_PORT: 6379}}
      script:
        - uv run pytest --junitxml=junit.xml --cov
        - uv run coverage xml
      after_script:
        - uv run coverage html
      timeout: 45 minutes
      artifacts:
        paths: [htmlcov/]
        exclude: [htmlcov/**/*.tmp]
        reports: {junit: [junit.xml]}

    migrate:
      stage: migrate
      variables: {SIZE: small}
      script: uv run alembic upgrade head
      rules:
        - if: $CI_COMMIT_BRANCH == "main"
          changes: [migrations/**/*.py]
          when: manual
        - if: $CI_COMMIT_BRANCH == "main"

    deploy:
      stage: deploy
      variables: {SIZE: small}
      needs: [pytest, migrate]
      script: ./deploy
      rules: [{if: $CI_COMMIT_BRANCH == "main"}]
  `;

  test('asks before it migrates, where there is something to migrate', () => {
    expect(outline(compileText(text, { changedFiles: ['app/a.py'] }))).toEqual([
      'static: ruff | needs nothing',
      'static: mypy',
      'test: pytest',
      'migrate: migrate',
      'deploy: deploy | needs pytest, migrate',
    ]);
    const given = { changedFiles: ['migrations/versions/7.py'] };
    expect(outline(compileText(text, given))).toContain('migrate: migrate | manual');
  });

  test('has its services, caches, tags and timeout told to the runner', () => {
    expect(compileJob(text, { name: 'pytest' })).toMatchObject({
      services: [
        { name: 'postgres:16', alias: 'db', command: ['postgres', '-c', 'fsync=off'] },
        { name: 'redis:7', variables: { REDIS_PORT: '6379' } },
      ],
      cache: [
        { key: '0_uv-default', paths: ['.cache/uv'] },
        {
          key: 'mypy-$CI_COMMIT_REF_SLUG',
          fallback_keys: ['mypy-$CI_DEFAULT_BRANCH'],
          when: 'always',
        },
      ],
      tags: ['docker', 'large'],
      timeout: 2700,
      artifacts: [
        { paths: ['htmlcov/'], exclude: ['htmlcov/**/*.tmp'] },
        { artifact_type: 'junit', paths: ['junit.xml'] },
      ],
      after_script: ['uv run coverage html'],
    });
  });

  test('has its password kept as it is, and its address built of it', () => {
    expect(compileJob(text, { name: 'ruff' }).variables).toMatchObject({
      POSTGRES_PASSWORD: { value: 's3cr$t', raw: true },
      DATABASE_URL: { value: 'postgres://$POSTGRES_USER:$POSTGRES_PASSWORD@db/$POSTGRES_DB' },
    });
  });
});

describe('the training of a model on machines of its own', () => {
  const text = yaml`
    stages: [data, train, evaluate]

    .gpu:
      tags: [gpu, a100]
      retry: {max: 2, when: [runner_system_failure, job_execution_timeout], exit_codes: [137, 139]}
      interruptible: false

    fetch:
      stage: data
      script: dvc pull
      artifacts: {paths: [data/], expire_in: 3 days}

    train:
      extends: .gpu
      stage: train
      timeout: 12 hours
      parallel:
        matrix:
          - MODEL: [small, large]
            SEED: [1, 2]
      script: python train.py --model $MODEL --seed $SEED
      artifacts:
        name: $MODEL-$SEED
        paths: [runs/$MODEL/$SEED]
        when: always
        expire_in: never
        reports: {metrics: metrics.txt}

    evaluate large:
      stage: evaluate
      needs:
        - job: train
          parallel: {matrix: [{MODEL: large, SEED: [1, 2]}]}
        - {job: fetch, artifacts: false}
      script: python evaluate.py
      when: delayed
      start_in: 10 minutes
      allow_failure: {exit_codes: [2]}
  `;

  test('runs each combination, and evaluates one part of them later', () => {
    expect(outline(compileText(text))).toEqual([
      'data: fetch',
      'train: train: [small, 1]',
      'train: train: [small, 2]',
      'train: train: [large, 1]',
      'train: train: [large, 2]',
      'evaluate: evaluate large | delayed 10 minutes | may fail 2 | needs train: [large, 1], train: [large, 2], fetch',
    ]);
  });

  test('goes to machines with a GPU for half a day, and is retried where the machine failed', () => {
    expect(compileJob(text, { name: 'train: [large, 2]' })).toMatchObject({
      tags: ['gpu', 'a100'],
      timeout: 43_200,
      retry: { max: 2, exit_codes: [137, 139] },
      artifacts: [
        { name: '$MODEL-$SEED', expire_in: 'never', when: 'always' },
        { artifact_type: 'metrics' },
      ],
    });
  });
});
