import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';

import type { JobSpec } from '../control/wire-job-spec.ts';
import { compilePipeline, PipelineRefused } from './compile-pipeline.ts';
import type { PipelineJob } from './compile-pipeline.ts';
import { JOB_KEYWORDS } from './keywords/job-keywords.ts';
import { compileJob, compileText, problemsOf } from './testing/compile-text.ts';

/** Many inputs are tried, and other tests run beside them. */
const A_MINUTE_MS = 60_000;

describe('a compiled job', () => {
  test('is what the control interface takes as a job, but that others are named', () => {
    expectTypeOf<Omit<PipelineJob, 'needs' | 'dependencies'>>().toExtend<JobSpec>();
    expect(compileJob('job: {script: [x]}\n').name).toBe('job');
  });
});

describe('what is known of the commit', () => {
  test.each([
    [{ ref: 'topic/A b' }, ['topic/A b', 'topic-a-b', 'topic/A b', undefined, 'push']],
    [{ ref: 'v1', tag: true }, ['v1', 'v1', undefined, 'v1', 'push']],
    [
      { ref: 'x', variables: { CI_PIPELINE_SOURCE: 'merge_request_event' } },
      ['x', 'x', undefined, undefined, 'merge_request_event'],
    ],
    [
      { ref: 'x', variables: { CI_COMMIT_BRANCH: 'given' } },
      ['x', 'x', 'given', undefined, 'push'],
    ],
    [{ ref: 'x', predefined: { CI_COMMIT_REF_SLUG: 'own' } }, ['x', 'own', 'x', undefined, 'push']],
  ])('%j gives the variables that follow from it', (given, expected) => {
    const names = ['REF_NAME', 'REF_SLUG', 'BRANCH', 'TAG'].map((name) => `CI_COMMIT_${name}`);
    const known = [...names, 'CI_PIPELINE_SOURCE'].map((name, at) => {
      const value = expected[at];
      return value === undefined ? `$${name} == null` : `$${name} == "${value}"`;
    });
    const text = `workflow: {rules: [{if: '${known.join(' && ')}'}]}\njob: {script: [x]}\n`;
    expect(problemsOf(text, given)).toEqual([]);
  });
});

describe('a refused configuration', () => {
  const text = 'a: {script: [x], stage: nope}\nb: {script: [x], tags: y}\n';

  test('says everything in its message, line by line', () => {
    expect(() => compileText(text)).toThrow(PipelineRefused);
    expect(() => compileText(text)).toThrow(
      [
        '.gitlab-ci.yml:1:25: a is in the stage nope, which is not defined; add it to stages, or use .pre, build, test, deploy, .post',
        '.gitlab-ci.yml:2:24: b:tags has to be a list of strings and is the string "y"; write it as a list, one "- …" a line',
      ].join('\n'),
    );
  });
});

describe('any configuration', () => {
  const word = fc.oneof(
    fc.constantFrom(
      'a',
      'b',
      '.a',
      'main',
      '$A',
      '${B}',
      'always',
      'manual',
      'never',
      '1 day',
      'x y',
    ),
    fc.constantFrom('$A == "x"', '$A =~ /^m/', '!', '*', '**/*', '{a,b}', '/x/', '..', '', '🙂'),
    fc.constantFrom('test', 'build', 'script', 'branches', 'pull', 'a: b', '$[[ inputs.a ]]'),
  );
  const nested =
    `if changes exists paths key files prefix policy reports junit matrix A job optional
    artifacts max exit_codes name url value expand refs local inputs default coverage_report expire_in
    alias`.split(/\s+/);
  const keyword = fc.constantFrom(...JOB_KEYWORDS, ...nested);
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null), fc.double({ noNaN: true })),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(keyword, tie('value'), { maxKeys: 4 }),
    ),
  }));
  const templates = {
    '.base': { tags: ['t'], artifacts: { paths: ['x'], reports: { junit: 'x' } } },
    '.rules': {
      rules: [
        { if: '$B', when: 'never' },
        { if: '$A', variables: { V: 'r' } },
      ],
    },
  };
  const plausible = fc.record(
    {
      script: fc.constantFrom('x', ['x', ['y']]),
      stage: fc.constantFrom('build', 'test', '.pre'),
      extends: fc.constantFrom('.base', ['.base', '.rules']),
      needs: fc.constantFrom([], [{ job: 'a', optional: true }]),
      parallel: fc.constantFrom(2, { matrix: [{ M: ['x', 'y'] }] }),
      cache: fc.constantFrom({}, { key: { files: ['a'] }, paths: ['x'] }),
      when: fc.constantFrom('manual', 'always'),
      variables: fc.dictionary(fc.constantFrom('V', 'W'), fc.constantFrom('$W', 'v', 1)),
    },
    { requiredKeys: ['script'] },
  );
  const wild = fc
    .dictionary(fc.constantFrom(...JOB_KEYWORDS), value, { maxKeys: 6 })
    .map((keywords) => ({ script: ['x'], ...keywords }));
  const root = fc.constantFrom(
    ...'a b .a .b pages stages variables default include workflow image cache before_script'.split(
      ' ',
    ),
  );
  const job = fc.oneof({ weight: 4, arbitrary: plausible }, wild);
  const configuration = fc.oneof(
    fc
      .dictionary(fc.constantFrom('a', 'b', '.a', '.b'), plausible)
      .map((jobs) => ({ ...templates, ...jobs })),
    fc.dictionary(root, fc.oneof({ weight: 3, arbitrary: job }, value)),
  );

  test(
    'becomes a pipeline or is refused, each problem with its place and way out',
    { timeout: A_MINUTE_MS },
    () => {
      fc.assert(
        fc.property(configuration, fc.boolean(), (content, tag) => {
          // Every JSON text is YAML.
          expectAnswer(JSON.stringify(content, undefined, 1), tag);
        }),
        { numRuns: 1500 },
      );
    },
  );

  test('of any text is answered as well', { timeout: A_MINUTE_MS }, () => {
    const piece = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '- ',
      '[',
      '{',
      '&a',
      '*a',
      '<<: ',
      '!',
      '"',
      '|',
      '\t',
    );
    const text = fc.oneof(
      fc.array(piece).map((pieces) => pieces.join('')),
      fc.string(),
    );
    fc.assert(fc.property(text, fc.boolean(), expectAnswer), { numRuns: 1500 });
  });
});

function expectAnswer(text: string, tag: boolean): void {
  const files: Readonly<Record<string, string>> = { '.gitlab-ci.yml': text, a: 'a: {script: [x]}' };
  const answer = answerOf(() =>
    compilePipeline({
      ref: 'main',
      tag,
      variables: { A: 'x' },
      readFile: (path) => files[path],
      listFiles: () => Object.keys(files),
    }),
  );
  if (!(answer instanceof Error)) return;
  expect(answer).toBeInstanceOf(PipelineRefused);
  const { problems } = answer as PipelineRefused;
  expect(problems.length).toBeGreaterThan(0);
  for (const { line, column, what, wayOut } of problems) {
    expect(line * column).toBeGreaterThan(0);
    expect([what.length > 0, wayOut.length > 0]).toEqual([true, true]);
  }
}

function answerOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
