import { OWN_EXIT_CODE, type Theme } from '../scenario.ts';

export const scripts: Theme = {
  name: 'Scripts',
  scenarios: [
    {
      title: 'each line is shown before it runs',
      jobs: [{ before_script: ['echo zero'], script: ['echo one', 'echo "two  words"'] }],
    },
    {
      title: 'a command of several lines is shown by its first',
      jobs: [{ script: ['echo a\necho b\necho c', 'for i in 1 2; do\n  echo $i\ndone'] }],
    },
    {
      title: 'an empty line and white space around a command',
      jobs: [{ script: ['', '  echo indented  ', 'echo end'] }],
    },
    {
      title: 'a failing line in the middle ends the script with its exit code',
      jobs: [{ script: ['echo first', 'exit 42', 'echo never'] }],
    },
    {
      title: 'a failure in a pipe fails the line',
      jobs: [{ script: ['false | cat', 'echo never'] }],
    },
    { title: '`exit 0` in the middle is a success', jobs: [{ script: ['exit 0', 'echo never'] }] },
    { title: 'exit code 255', jobs: [{ script: ['exit 255'] }] },
    {
      title: 'the exit code of a command that fails: 42',
      jobs: [{ script: ['bash -c "exit 42"', 'echo never'] }],
      differs: { in: ['result', 'log'], why: OWN_EXIT_CODE },
    },
    {
      title: 'a command that is not there: 127',
      jobs: [{ script: ['no-such-command'] }],
      differs: { in: ['result', 'log'], why: OWN_EXIT_CODE },
    },
    {
      title: 'a failure in the middle of `&&` ends nothing',
      jobs: [{ script: ['false && true', 'if false; then echo no; fi', 'echo reached'] }],
    },
    {
      title: 'a trap on EXIT runs, and the exit code stays',
      jobs: [{ script: ['trap "echo trapped" EXIT', 'exit 3'] }],
    },
    {
      title: '`set +e` holds for the lines after it',
      jobs: [{ script: ['set +e', 'false', 'echo still here', '(exit 5)'] }],
    },
    {
      title: 'functions, folders and variables last from line to line',
      jobs: [
        { script: ['greet() { echo "hello $1"; }', 'mkdir d && cd d', 'greet "$(basename $PWD)"'] },
      ],
    },
    {
      title: 'a syntax error is told',
      jobs: [{ script: ['echo before', 'if true'] }],
    },
    {
      title: 'quotes, dollars, backslashes and percent signs are shown as written',
      jobs: [
        { script: [`echo 'it''s' "a\\b" '$HOME' 100% \`echo sub\``, "printf '%s\\n' 'a\\tb'"] },
      ],
    },
    {
      title: 'unicode in the script and in its output',
      jobs: [{ script: ["echo 'Grüße, 世界 🏔'", 'echo "ÅÄÖ" | tr -d "\\n"; echo'] }],
    },
    {
      title: 'bytes that are no UTF-8',
      jobs: [{ script: ["printf 'a\\xffb\\xc3\\n\\xe4\\xb8c\\n'"] }],
      differs: {
        in: ['log'],
        why: 'Of a character that is cut off gitlab-runner replaces each byte by U+FFFD, this all of them by one.',
      },
    },
    { title: 'no output', jobs: [{ script: ['true'] }] },
    {
      title: 'output without a newline at its end',
      jobs: [{ script: ['printf end'] }],
    },
    {
      title: 'carriage returns and colours',
      jobs: [{ script: ["printf '10%%\\r50%%\\r100%%\\n\\033[31mred\\033[0m\\n'"] }],
    },
    {
      title: 'a line of 200,000 characters',
      jobs: [
        {
          script: [
            'head -c 200000 /dev/zero | tr "\\0" x | fold -w 200000 | md5sum',
            'head -c 200000 /dev/zero | tr "\\0" x; echo',
          ],
        },
      ],
    },
    {
      title: 'standard error and standard output, in order',
      jobs: [{ script: ['echo out; echo err >&2; echo out'] }],
    },
    {
      title: 'standard input is empty',
      jobs: [{ script: ['cat; echo "read: $?"'] }],
    },
    {
      title: 'a background process that has let go of the output is ended with the job',
      jobs: [{ script: ['sleep 300 >/dev/null 2>&1 </dev/null &', 'echo done'] }],
      differs: {
        in: ['left'],
        why: 'gitlab-runner leaves the process behind; here what a step started ends with it, unless `FELLRUNNER_KEEP_PROCESSES=1`.',
      },
    },
    {
      title: 'steps of several names',
      jobs: [
        {
          script: ['echo step'],
          payload: {
            steps: [
              {
                name: 'script',
                script: ['echo script'],
                timeout: 3600,
                when: 'on_success',
                allow_failure: false,
              },
              {
                name: 'release',
                script: ['echo "release $CI_JOB_NAME"'],
                timeout: 3600,
                when: 'on_success',
                allow_failure: false,
              },
            ],
          },
        },
      ],
    },
  ],
};
