import { describe, expect, test } from 'vitest';

import { compileJob, problemsOf } from '../testing/compile-text.ts';
import { yaml } from '../testing/yaml.ts';

const defaults = yaml`
  default:
    image: ruby
    services: [redis]
    before_script: [before]
    after_script: [after]
    hooks: {pre_get_sources_script: [hook]}
    cache: {paths: [vendor]}
    retry: 1
    tags: [one]
    artifacts: {paths: [log]}
    interruptible: true
    timeout: 1h
`;

describe('a job', () => {
  test('takes over what it does not have itself, but for timeout', () => {
    expect(compileJob(`${defaults}\njob: {script: [x]}\n`)).toEqual({
      name: 'job',
      stage: 'test',
      stage_idx: 2,
      script: ['before', 'x'],
      after_script: ['after'],
      hooks: { pre_get_sources_script: ['hook'] },
      variables: {},
      image: { name: 'ruby' },
      services: [{ name: 'redis' }],
      cache: [
        {
          key: 'default',
          paths: ['vendor'],
          policy: 'pull-push',
          when: 'on_success',
          unprotect: false,
          fallback_keys: [],
        },
      ],
      retry: { max: 1 },
      tags: ['one'],
      artifacts: [{ paths: ['log'], artifact_type: 'archive', artifact_format: 'zip' }],
      allow_failure: false,
      when: 'on_success',
    });
  });

  test('has its own instead, not merged with the default', () => {
    const job = compileJob(`${defaults}
job:
  script: [x]
  image: {name: node}
  cache: []
  tags: []
  before_script: []
  artifacts: {reports: {junit: r.xml}}
`);
    expect(job).toMatchObject({ image: { name: 'node' }, cache: [], tags: [], script: ['x'] });
    expect(job.artifacts).toHaveLength(1);
  });

  test('takes over a default for a keyword with nothing behind it', () => {
    expect(compileJob(`${defaults}\njob: {script: [x], tags: }\n`).tags).toEqual(['one']);
  });

  test.each([
    ['default: false', { script: ['x'], tags: [], services: [] }],
    ['default: [tags, image]', { script: ['x'], tags: ['one'], image: { name: 'ruby' } }],
    ['variables: false', { tags: ['one'] }],
  ])('takes over as much as `inherit: {%s}` says', (inherit, expected) => {
    const text = `${defaults}\njob: {script: [x], inherit: {${inherit}}}\n`;
    expect(compileJob(text)).toMatchObject(expected);
  });

  test('takes over keywords from the top level too', () => {
    const job = compileJob('image: ruby\nbefore_script: [a]\ncache: {}\njob: {script: [x]}\n');
    expect(job).toMatchObject({ image: { name: 'ruby' }, script: ['a', 'x'] });
  });

  test.each([
    ['image: a\ndefault: {image: b}', '1:8 image stands both at the top and below default'],
    ['default: {script: [x]}', '1:11 default has the unknown keyword script'],
    ['default: {tags: x}', '1:17 default:tags has to be a list of strings'],
    ['default: [x]', '1:10 default has to be a mapping'],
  ])('is refused under `%s`', (text, problem) => {
    expect(problemsOf(`${text}\njob: {script: [x], inherit: {default: false}}\n`).join()).toContain(
      problem,
    );
  });
});
