import { inspect } from 'node:util';

import { isRunnerError, parseJob } from '@fellrunner/core';
import { aJob, aPayload } from '@fellrunner/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

/** The least that GitLab could send, and what cannot be left out of it. */
const least = { id: 1, token: 't', job_info: {} };
const parse = (fields: object): ReturnType<typeof parseJob> => parseJob(JSON.stringify(fields));

describe('a complete payload', () => {
  test('is read with every fact that handlers are promised', () => {
    const job = aJob({ id: 42, name: 'lint', script: ['make lint'], afterScript: ['rm -r out'] });
    expect(job).toMatchObject({
      id: 42,
      name: 'lint',
      stage: 'test',
      ref: 'main',
      refType: 'branch',
      project: {
        id: 1,
        name: 'hills',
        path: 'lakes/hills',
        url: 'https://gitlab.example/lakes/hills',
      },
      pipeline: { id: 7, url: 'https://gitlab.example/lakes/hills/-/pipelines/7' },
      url: 'https://gitlab.example/lakes/hills/-/jobs/42',
      user: { id: 3, login: 'joss', name: 'Joss Naylor', email: 'joss@gitlab.example' },
      commitMessage: 'Mend the fence',
      timeoutMs: 3600_000,
      steps: [
        { name: 'script', script: ['make lint'], timeoutMs: 3600_000, when: 'on_success' },
        { name: 'after_script', when: 'always', allowFailure: true },
      ],
      features: { traceSections: true },
    });
    expect(job.token.reveal()).toBe('glcbt-64_job42token');
  });

  test('is read with images, services, artifacts, cache, hooks and dependencies', () => {
    const job = aJob({
      fields: {
        image: { name: 'ruby', entrypoint: null, ports: [], pull_policy: ['if-not-present'] },
        services: [{ name: 'postgres', alias: 'db', entrypoint: 'sh', command: ['-c', 'x'] }],
        artifacts: [
          { name: 'a', untracked: false, paths: ['out/'], when: 'always', expire_in: '7d' },
          { artifact_type: 'junit', artifact_format: 'gzip', paths: ['junit.xml'], when: null },
        ],
        cache: [
          { key: 'k', untracked: false, paths: ['vendor/*'], policy: 'pull', when: 'on_failure' },
        ],
        hooks: [{ name: 'pre_get_sources_script', script: ['echo'] }],
        dependencies: [
          { id: 41, name: 'build', token: 'T', artifacts_file: { filename: 'a.zip', size: 9 } },
          { id: 40, name: 'lint', token: 'T' },
        ],
      },
    });
    expect(job).toMatchObject({
      image: { name: 'ruby', alias: undefined, entrypoint: [] },
      services: [{ name: 'postgres', alias: 'db', entrypoint: ['sh'], command: ['-c', 'x'] }],
      artifacts: [
        {
          name: 'a',
          paths: ['out/'],
          when: 'always',
          expireIn: '7d',
          type: 'archive',
          format: 'zip',
        },
        { name: '', type: 'junit', format: 'gzip', when: 'on_success', expireIn: undefined },
      ],
      cache: [{ key: 'k', policy: 'pull', when: 'on_failure', fallbackKeys: [] }],
      dependencies: [
        { id: 41, name: 'build', artifact: { filename: 'a.zip', size: 9 } },
        { id: 40, artifact: undefined },
      ],
    });
    expect(job.hooks.get('pre_get_sources_script')).toEqual(['echo']);
  });

  test('gives none of its secrets away when it is printed', () => {
    const printed = inspect(aJob({ token: 'topsecret' }), { depth: 10 });
    expect(printed).not.toContain('topsecret');
    expect(JSON.stringify(aJob({ token: 'topsecret' }))).not.toContain('topsecret');
  });

  test('may have fields that nobody has seen', () => {
    const fields = { suspend_options: { a: 1 }, secrets: null, inputs: 'later', image: null };
    expect(aJob({ fields }).id).toBe(42);
  });
});

describe('a payload with almost nothing in it', () => {
  test('is a job without steps, and with gitlab-runner’s timeout of two hours', () => {
    expect(parse(least)).toMatchObject({
      id: 1,
      name: '',
      steps: [],
      artifacts: [],
      image: undefined,
      timeoutMs: 2 * 3600_000,
      features: { traceSections: false, failureReasons: undefined },
    });
  });

  test('means the same with null where GitLab sends null', () => {
    const names = ['git_info', 'runner_info', 'variables', 'steps', 'hooks', 'image', 'services'];
    const more = ['artifacts', 'cache', 'credentials', 'dependencies', 'features'];
    const nulls = Object.fromEntries([...names, ...more].map((name) => [name, null]));
    expect(parse({ ...least, ...nulls })).toEqual(parse(least));
  });
});

describe('a payload that cannot be used', () => {
  test.each([
    ['nothing', '', 'it is no JSON'],
    ['half of one', aPayload().slice(0, 500), 'it is no JSON'],
    ['a number', '42', 'it is no job'],
    ['a list', '[]', 'it is no job'],
    ['null', 'null', 'it is no job'],
  ])('is named: %s', (_what, text, message) => {
    expect(() => parseJob(text)).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_INVALID', message }),
    );
  });

  test.each<[string, object, RegExp]>([
    ['no id', { ...least, id: undefined }, /^id: /],
    ['an id that is none', { ...least, id: 'topsecret' }, /^id: /],
    ['no token', { ...least, token: '' }, /^token: /],
    [
      'a variable without a key',
      { ...least, variables: [{ value: 'topsecret' }] },
      /^variables\.0\.key: /,
    ],
    [
      'a script that is no list',
      { ...least, steps: [{ name: 's', script: 'topsecret' }] },
      /^steps\.0\.script: /,
    ],
  ])('names the field and no value: %s', (_what, fields, message) => {
    expect(() => parse(fields)).toThrow(
      expect.objectContaining({
        code: 'PAYLOAD_INVALID',
        message: expect.stringMatching(message),
      }),
    );
    expect(() => parse(fields)).toThrow(expect.not.objectContaining({ message: /topsecret/ }));
  });

  test('never ends in anything but a job or PAYLOAD_INVALID, whatever it is', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .record({
          id: fc.integer(),
          token: fc.string(),
          job_info: fc.jsonValue(),
          steps: fc.jsonValue(),
        })
        .map((value) => JSON.stringify(value)),
      fc
        .tuple(fc.constantFrom(...Object.keys(JSON.parse(aPayload()) as object)), fc.jsonValue())
        .map(([name, value]) => aPayload({ fields: { [name]: value } })),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        expect(verdictOn(text)).toMatch(/^(a job|PAYLOAD_INVALID)$/);
      }),
    );
  });

  test('has no way into what every object has', () => {
    const text = aPayload().replace('{', '{"__proto__":{"polluted":true},');
    expect(parseJob(text).id).toBe(42);
    expect('polluted' in {}).toBe(false);
  });
});

function verdictOn(payload: string): string {
  try {
    return parseJob(payload).steps.length >= 0 ? 'a job' : 'nothing';
  } catch (error) {
    return isRunnerError(error) ? error.code : String(error);
  }
}
