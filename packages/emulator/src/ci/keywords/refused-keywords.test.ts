import { describe, expect, test } from 'vitest';

import { compileText, problemsOf, waysOutOf } from '../testing/compile-text.ts';
import { yaml } from '../testing/yaml.ts';

describe('a job that needs more of GitLab than there is here', () => {
  const keywords: readonly (readonly [string, string])[] = [
    ['trigger: {project: g/p}', 'starts another pipeline'],
    ['trigger: g/p', 'starts another pipeline'],
    ['id_tokens: {T: {aud: x}}', 'asks for tokens that only GitLab can sign'],
    ['secrets: {S: {vault: a/b}}', 'asks for secrets from a vault'],
    ['identity: google_cloud', 'asks for a cloud identity'],
    ['dast_configuration: {site_profile: a}', 'asks for a scanner profile'],
  ];

  test.each(keywords)('by %s is refused by name', (keyword, problem) => {
    const script = keyword.startsWith('trigger') ? '' : '  script: [x]\n';
    const [first = ''] = problemsOf(`job:\n${script}  ${keyword}\n`);
    expect(first).toContain(`job:${keyword.split(':')[0]} ${problem}`);
  });

  test.each(keywords)('by %s is no matter as long as its rules keep it out', (keyword) => {
    const script = keyword.startsWith('trigger') ? '' : '  script: [x]\n';
    const text = `job:\n${script}  ${keyword}\n  rules: [{if: $CI_COMMIT_TAG}]\nown: {script: [x]}\n`;
    expect(compileText(text).jobs.map(({ name }) => name)).toEqual(['own']);
  });

  test('by default is refused unless it does not take that over', () => {
    const text = 'default: {id_tokens: {T: {aud: x}}}\njob: {script: [x]}\n';
    expect(problemsOf(text)).toHaveLength(1);
    expect(problemsOf(`${text.trim().slice(0, -1)}, inherit: {default: false}}\n`)).toEqual([]);
  });
});

describe('what GitLab does not take is refused with the place:', () => {
  test.each([
    ['script: ', 'job has an empty script'],
    ['script: []', 'job:script is empty'],
    ['script: [true]', 'job:script has to be a command and is the boolean true'],
    ['script: [echo a: b]', 'job:script has to be a command and is a mapping'],
    ['script: {a: b}', 'job:script has to be a command and is a mapping'],
    [`script: ${'['.repeat(12)}x${']'.repeat(12)}`, 'nests lists more than 10 deep'],
    ['script: [x], stage: nope', 'job is in the stage nope, which is not defined'],
    ['script: [x], stage: 1', 'job:stage has to be a string'],
    ['script: [x], when: never', 'job:when is "never"'],
    ['script: [x], when: delayed', 'job is delayed without saying how long'],
    ['script: [x], start_in: 1 day', 'job:start_in stands without when: delayed'],
    ['script: [x], when: delayed, start_in: 8 days', 'job:start_in is a week or more'],
    ['script: [x], timeout: 2 months', 'job:timeout is a month or more'],
    ['script: [x], timeout: 90', 'job:timeout has to be a string and is the number 90'],
    ['script: [x], timeout: soon', 'job:timeout is "soon", which is no duration'],
    ['script: [x], tags: [1]', 'job:tags has to be a string'],
    ['script: [x], retry: 3', 'job:retry is 3'],
    ['script: [x], retry: {max: 1, when: bad_luck}', 'job:retry:when is "bad_luck"'],
    ['script: [x], retry: {max: 1, exit_codes: [x]}', 'job:retry:exit_codes has to be a whole'],
    ['script: [x], parallel: 0', 'job:parallel is 0'],
    ['script: [x], parallel: {matrix: []}', 'job:parallel:matrix makes 0 jobs'],
    ['script: [x], parallel: {matrix: [{A: [1.5]}]}', 'A has to be a string, a whole number'],
    ['script: [x], parallel: {matrix: [{}]}', 'job:parallel:matrix has an empty row'],
    ['script: [x], parallel: {number: 2}', 'unknown keyword number'],
    ['script: [x], allow_failure: yep', 'job:allow_failure has to be a boolean'],
    ['script: [x], allow_failure: {codes: 1}', 'unknown keyword codes'],
    ['script: [x], image: {entrypoint: [x]}', 'job:image has no name'],
    ['script: [x], image: ""', 'job:image is blank'],
    ['script: [x], image: {name: a, ports: [80]}', 'job:image:ports is only for web terminals'],
    ['script: [x], image: {name: a, pull_policy: often}', 'job:image:pull_policy is "often"'],
    ['script: [x], image: {name: a, docker: {memory: 1}}', 'unknown keyword memory'],
    ['script: [x], services: redis', 'job:services has to be a list'],
    ['script: [x], services: [{alias: a}]', 'job:services has no name'],
    ['script: [x], hooks: {post_get: [x]}', 'unknown keyword post_get'],
    ['script: [x], release: {description: d}', 'job:release has no tag_name'],
    ['script: [x], release: {tag_name: t, description: d, released_at: x}', 'released_at is "x"'],
    ['script: [x], release: {tag_name: t, description: d, assets: {links: [{name: n}]}}', 'no url'],
    ['script: [x], environment: {url: u}', 'job:environment has no name'],
    ['script: [x], environment: {name: p, action: go}', 'job:environment:action is "go"'],
    ['script: [x], environment: {name: p, on_stop: s}', 'is stopped by s, which does not stop p'],
    ['script: [x], coverage: "90%"', 'job:coverage is no pattern'],
    ['script: [x], publish: dist', 'job:publish stands in a job without pages'],
    ['script: [x], inherit: {default: [script]}', 'job:inherit:default names script'],
    ['script: [x], inherit: false', 'job:inherit has to be a mapping'],
    ['script: [x], type: test', 'job has the unknown keyword type'],
    ['script: [x], run: [{name: a, script: b}]', 'job has both script and run'],
    ['run: [{name: a}]', 'job:run has a step that does nothing'],
    ['run: [{script: a}]', 'job:run has a step without a proper name'],
    ['run: [{name: a, script: b, step: c}]', 'job:run has both script and step'],
    ['script: [x], trigger: g/p', 'job has both script and trigger'],
    ['script: [x], rules: [{when: always}], only: [main]', 'job has both rules and only'],
    ['script: [x], rules: []', 'job:rules has no rule'],
    ['script: [x], rules: [{iff: $A}]', 'unknown keyword iff'],
    ['script: [x], rules: [{}]', 'job:rules has an empty rule'],
    [
      'script: [x], rules: [{changes: {paths: [a], compare_to: main}}]',
      'changes since another ref',
    ],
    ['script: [x], rules: [{changes: {compare_to: main}}]', 'job:rules:changes names no paths'],
    ['script: [x], rules: [{exists: {paths: [a], project: g/p}}]', 'files of another project'],
    ['script: [x], rules: [{when: delayed}]', 'job:rules is delayed without saying how long'],
    ['script: [x], only: main', 'job:only has to be a list or a mapping'],
    ['script: [x], only: {refs: ["/(/"]}', 'job:only:refs has a bad pattern'],
    ['script: [x], only: {variables: [$A =]}', 'job:only:variables is no expression'],
    ['script: [x], only: {kubernetes: on}', 'job:only:kubernetes has to be a string'],
  ])('%s', (keywords, problem) => {
    expect(problemsOf(`job: {${keywords}}\n`).join('\n')).toContain(problem);
  });

  test.each([
    ['job: [x]', '1:1 job has neither script, run nor trigger'],
    ['job: {stage: test}', '1:1 job has neither script, run nor trigger'],
    ['job: {needs: []}', '1:1 job has neither script, run nor trigger'],
    ['on: {script: [x]}', '1:1 the job name true is no string to YAML'],
    ['12: {script: [x]}', '1:1 the job name 12 is no string to YAML'],
    [`${'j'.repeat(256)}: {script: [x]}`, "1:1 a job's name is longer than 255 characters"],
    ['.hidden: {script: [x]}', '1:1 no visible job is defined'],
    ['stages: test\njob: {script: [x]}', '1:9 stages has to be a list'],
    ['stages: [1]\njob: {script: [x]}', '1:10 stages has to be a string'],
    ['image: {script: [x]}', '1:8 image is a keyword of GitLab and no name for a job'],
    ['types: [test]\njob: {script: [x]}', '1:1 types has neither script, run nor trigger'],
    ['workflow: {name: 5}\njob: {script: [x]}', '1:18 workflow:name has to be a string'],
    ['workflow: {rules: [{when: manual}]}\njob: {script: [x]}', 'workflow:rules:when is "manual"'],
  ])('%s', (text, problem) => {
    expect(problemsOf(`${text}\n`).join('\n')).toContain(problem);
  });

  test('each with a way out, and all of them at once', () => {
    const text = yaml`
      stages: [build]
      a:
        stage: biuld
        scrpt: [x]
        script: [x]
      types: [x]
      b:
        stage: build
        type: build
        script:
          - curl -H "A: b" http://x
          - echo: hello
    `;
    expect(problemsOf(text)).toEqual([
      '3:10 a is in the stage biuld, which is not defined',
      '4:3 a has the unknown keyword scrpt',
      '6:1 types has neither script, run nor trigger',
      '9:3 b has the unknown keyword type',
      '11:7 b:script has to be a command and is a mapping',
      '12:7 b:script has to be a command and is a mapping',
    ]);
    expect(waysOutOf(text)).toEqual([
      'add it to stages, or use .pre, build, .post',
      'did you mean script?',
      'write `stages`',
      'write `stage`',
      'quote the whole line: a ": " within it makes YAML read a mapping',
      'quote the whole line: a ": " within it makes YAML read a mapping',
    ]);
  });

  test('once, though many jobs share the template with the mistake', () => {
    const text = yaml`
      .base: {tags: docker, script: [x]}
      a: {extends: .base}
      b: {extends: .base}
    `;
    expect(problemsOf(text)).toEqual([
      '1:15 a:tags has to be a list of strings and is the string "docker"',
    ]);
  });
});
