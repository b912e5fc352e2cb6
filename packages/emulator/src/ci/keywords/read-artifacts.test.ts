import { describe, expect, test } from 'vitest';

import { compileJob, problemsOf } from '../testing/compile-text.ts';
import { reportTypes } from './report-types.ts';

function artifacts(text: string): unknown {
  return compileJob(`job: {script: [x], artifacts: ${text}}\n`).artifacts;
}

describe('artifacts', () => {
  test('become one archive with what is set, and nothing else', () => {
    const all =
      '{name: n, paths: [a, b/*], exclude: [b/c], untracked: true, when: always, expire_in: 1 week}';
    expect(artifacts(all)).toEqual([
      {
        name: 'n',
        paths: ['a', 'b/*'],
        exclude: ['b/c'],
        untracked: true,
        when: 'always',
        expire_in: '1 week',
        artifact_type: 'archive',
        artifact_format: 'zip',
      },
    ]);
    expect(artifacts('{paths: [a], exclude: []}')).toEqual([
      { paths: ['a'], artifact_type: 'archive', artifact_format: 'zip' },
    ]);
  });

  test('without anything to pack have no archive', () => {
    expect(artifacts('{expire_in: never, untracked: false}')).toEqual([]);
  });

  test('become an entry for each report, uploaded always and kept as long as the archive', () => {
    const text =
      '{paths: [a], when: on_failure, expire_in: 2 days, reports: {junit: [r/*.xml], dotenv: v.env, coverage_report: {coverage_format: cobertura, path: c.xml}}}';
    expect(artifacts(text)).toMatchObject([
      { artifact_type: 'archive', when: 'on_failure' },
      {
        name: 'junit.xml',
        paths: ['r/*.xml'],
        when: 'always',
        expire_in: '2 days',
        artifact_type: 'junit',
        artifact_format: 'gzip',
      },
      { name: '.env', paths: ['v.env'], artifact_type: 'dotenv', artifact_format: 'gzip' },
      { name: 'cobertura-coverage.xml', paths: ['c.xml'], artifact_type: 'cobertura' },
    ]);
  });

  test.each(Object.entries(reportTypes))(
    'of the report %s have GitLab’s name and format',
    (type, expected) => {
      expect(artifacts(`{reports: {${type}: r}}`)).toEqual([
        {
          name: expected.fileName,
          paths: ['r'],
          when: 'always',
          artifact_type: type,
          artifact_format: expected.format,
        },
      ]);
    },
  );

  test('say who may download them', () => {
    expect(artifacts('{paths: [a], access: developer}')).toMatchObject([{ access: 'developer' }]);
    expect(artifacts('{paths: [a], public: false}')).toMatchObject([{ public: false }]);
  });

  test.each([
    ['{paths: a}', 'paths has to be a list of strings and is the string "a"'],
    ['{path: [a]}', 'unknown keyword path'],
    ['[a]', 'artifacts has to be a mapping'],
    ['{paths: [a], expire_in: 5}', 'expire_in has to be a string'],
    ['{paths: [a], expire_in: later}', 'expire_in is "later", which is no duration'],
    ['{paths: [a], when: manual}', 'when is "manual"'],
    ['{paths: [a], public: true, access: all}', 'has both public and access'],
    ['{paths: [a], access: nobody}', 'access is "nobody"'],
    ['{expose_as: x}', 'expose_as has no paths to expose'],
    ['{paths: ["*"], expose_as: x}', 'paths has a "*"'],
    ['{paths: [a], expose_as: "x/y"}', 'expose_as is "x/y"'],
    ['{reports: {junit: {a: b}}}', 'junit has to be a list of strings'],
    ['{reports: {coverage_report: {path: x}}}', 'needs coverage_format and path'],
    ['{reports: {coverage_report: {coverage_format: lcov, path: x}}}', 'coverage_format is "lcov"'],
    ['{untracked: 1}', 'untracked has to be a boolean'],
  ])('%s are refused', (text, problem) => {
    expect(problemsOf(`job: {script: [x], artifacts: ${text}}\n`).join('\n')).toContain(problem);
  });
});
