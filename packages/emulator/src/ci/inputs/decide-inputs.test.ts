import { describe, expect, test } from 'vitest';

import { compileJob, jobNames, problemsOf } from '../testing/compile-text.ts';
import { yaml } from '../testing/yaml.ts';

const deploy = yaml`
  spec:
    inputs:
      target:
        options: [staging, production]
      name: {default: deploy}
      count: {type: number, default: 2}
      manual: {type: boolean, default: false}
      hosts: {type: array, default: [a, b]}
      version: {default: v1.0, regex: ^v\d+}
      empty: {default: }
  ---
  "$[[ inputs.name ]]-job":
    parallel: $[[ inputs.count ]]
    allow_failure: $[[ inputs.manual ]]
    tags: [first, "$[[ inputs.hosts ]]"]
    script:
      - deploy to $[[ inputs.target ]] $[[inputs.version|truncate(0,2)]]
      - echo "$[[ inputs.empty ]]"
`;

describe('a file with inputs', () => {
  test('is filled in by what its include gives, and else by defaults', () => {
    const text = 'include: [{local: d.yml, inputs: {target: staging, count: 1, name: x}}]\n';
    expect(compileJob(text, { files: { 'd.yml': deploy } })).toMatchObject({
      name: 'x-job 1/1',
      allow_failure: false,
      tags: ['first', 'a', 'b'],
      script: ['deploy to staging v1', 'echo ""'],
    });
  });

  test('may be the configuration itself, where everything has a default', () => {
    const text = yaml`
      spec:
        inputs:
          greeting: {default: "hello $WHO", description: said first}
      ---
      job:
        script: ['echo $[[ inputs.greeting | expand_vars | posix_escape ]]']
    `;
    expect(compileJob(text, { variables: { WHO: 'you' } }).script).toEqual(['echo hello\\ you']);
  });

  test('may have a header that says nothing', () => {
    expect(jobNames('spec:\n---\njob: {script: [x]}\n')).toEqual(['job']);
  });

  test.each([
    ['lacks a value', '{}', 'header:spec:inputs:target has no value'],
    ['gets one that is no option', '{target: mars}', 'include:inputs:target is "mars"'],
    ['gets one of another type', '{target: staging, count: many}', 'has to be of type number'],
    ['gets one that it does not have', '{target: staging, x: 1}', 'include:inputs:x is no input'],
    ['gets one that does not match', '{target: staging, version: 1}', 'version is "1"'],
  ])('is refused where it %s', (_, inputs, problem) => {
    const text = `include: [{local: d.yml, inputs: ${inputs}}]\njob: {script: [x]}\n`;
    expect(problemsOf(text, { files: { 'd.yml': deploy } }).join('\n')).toContain(problem);
  });

  test.each([
    ['rules', 'inputs: {a: {default: x, rules: []}}', '', 'rules is not evaluated here'],
    ['include', 'include: [x.yml]', '', 'header:spec:include is not filled in here'],
    ['component', 'component: [name]', '', 'header:spec:component is not filled in here'],
    ['a bad regex', 'inputs: {a: {default: x, regex: (}}', '', 'is no pattern of RE2'],
    ['a bad type', 'inputs: {a: {default: x, type: date}}', '', 'type is "date"'],
    ['an unknown input', 'inputs: {a: {default: x}}', '$[[ inputs.b ]]', 'names no input'],
    ['a component', 'inputs: {a: {default: x}}', '$[[ component.name ]]', 'names no input'],
    ['a function', 'inputs: {a: {default: x}}', '$[[ inputs.a | reverse ]]', 'has a function'],
    [
      'a number cut',
      'inputs: {a: {type: number, default: 1}}',
      '$[[ inputs.a | expand_vars ]]',
      'function',
    ],
  ])('is refused for %s', (_, spec, use, problem) => {
    const text = `spec:\n  ${spec}\n---\njob: {script: ["${use} x"]}\n`;
    expect(problemsOf(text).join('\n')).toContain(problem);
  });

  test('is needed for inputs to be given', () => {
    const files = { 'a.yml': 'a: {script: [x]}\n' };
    const text = 'include: [{local: a.yml, inputs: {b: c}}]\n';
    expect(problemsOf(text, { files }).join()).toContain('goes to a file without a spec header');
  });

  test('needs a line between its header and its jobs', () => {
    expect(problemsOf('spec: {inputs: {}}\njob: {script: [x]}\n').join()).toContain('1:1 spec has');
  });
});

test('inputs of a job are handed on with their defaults', () => {
  const job = compileJob(
    'job: {script: [x], inputs: {a: {default: x}, n: {type: number, default: 3}}}\n',
  );
  expect(job.inputs).toEqual({ a: 'x', n: 3 });
});
