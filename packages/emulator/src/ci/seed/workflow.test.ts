import { describe, expect, test } from 'vitest';

import { compileText, jobNames, problemsOf } from '../testing/compile-text.ts';
import { yaml } from '../testing/yaml.ts';

const mergeRequest = { CI_PIPELINE_SOURCE: 'merge_request_event' };

describe('workflow', () => {
  const text = yaml`
    workflow:
      name: "Pipeline for $CI_COMMIT_REF_NAME ($KIND)"
      rules:
        - if: $CI_PIPELINE_SOURCE == "merge_request_event"
          variables: {KIND: review}
        - if: $CI_COMMIT_BRANCH == "main"
          variables: {KIND: main}
        - if: $CI_COMMIT_BRANCH == "wip"
          when: never
    job: {script: [x], rules: [{if: $KIND}]}
  `;

  test('gives the pipeline its name and variables, which rules of jobs see', () => {
    expect(compileText(text)).toMatchObject({
      name: 'Pipeline for main (main)',
      variables: { KIND: 'main' },
      jobs: [{ variables: { KIND: { value: 'main' } } }],
    });
    expect(compileText(text, { ref: 'x', variables: mergeRequest }).name).toContain('(review)');
  });

  test.each(['wip', 'other'])('lets no pipeline run for %s', (ref) => {
    expect(problemsOf(text, { ref })).toEqual([
      '4:5 workflow:rules let no pipeline run for this commit and these variables',
    ]);
  });

  test('without a name gives none', () => {
    expect(compileText('job: {script: [x]}\n')).not.toHaveProperty('name');
  });

  test('with rules lets jobs without any into every pipeline', () => {
    const bare = 'job: {script: [x]}\nother: {script: [x], rules: [{when: always}]}\n';
    expect(jobNames(bare, { variables: mergeRequest })).toEqual(['other']);
    const withRules = `workflow: {rules: [{when: always}]}\n${bare}`;
    expect(jobNames(withRules, { variables: mergeRequest })).toEqual(['job', 'other']);
  });
});
