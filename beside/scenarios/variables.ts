import type { Theme } from '../scenario.ts';

const SHOW =
  'for v in CI CI_SERVER CI_PROJECT_DIR CI_BUILDS_DIR CI_CONCURRENT_ID CI_CONCURRENT_PROJECT_ID CI_JOB_STATUS CI_SHARED_ENVIRONMENT CI_DISPOSABLE_ENVIRONMENT CI_RUNNER_EXECUTABLE_ARCH CI_RUNNER_TAGS CI_JOB_IMAGE CI_REPOSITORY_URL CI_COMMIT_REF_NAME GITLAB_CI CI_REGISTRY_USER; do echo "$v=${!v-unset}"; done';

export const variables: Theme = {
  name: 'Variables',
  scenarios: [
    {
      title: 'values with quotes, spaces, newlines and dollars arrive as they are',
      jobs: [
        {
          variables: {
            PLAIN: 'a b  c',
            QUOTED: `it's "quoted" \\ back`,
            LINES: 'one\ntwo\n',
            HIDDEN: { value: '$(echo no) `echo no` $NOT', raw: true },
          },
          script: ['printf "%s|" "$PLAIN" "$QUOTED" "$LINES" "$HIDDEN"; echo'],
        },
      ],
    },
    {
      title: 'variables in variables are expanded, raw ones are not',
      jobs: [
        {
          variables: {
            A: 'alpha',
            B: '$A-${A}',
            C: '$B/$NOT_THERE',
            R: { value: '$A', raw: true },
          },
          script: ['echo "$B|$C|$R"'],
        },
      ],
    },
    {
      title: 'a dollar sign that is escaped',
      jobs: [{ variables: { A: '1', B: '$$A' }, script: ['echo "$B"'] }],
    },
    {
      title: 'a file variable is a path to its content',
      jobs: [
        {
          variables: { A: 'alpha', CERT: { value: 'line 1\n$A\n', file: true } },
          script: ['echo "$CERT"', 'cat "$CERT"', 'test -f "$CERT" && echo file'],
        },
      ],
    },
    {
      title: 'a masked value is masked wherever it is printed',
      jobs: [
        {
          variables: { SECRET: { value: 'hunter2-hunter2', masked: true } },
          script: [
            'echo "$SECRET and ${SECRET}x"',
            'printf hunter2-; sleep 0.2; printf hunter2; echo',
            'echo "$SECRET" >&2',
          ],
        },
      ],
    },
    {
      title: 'a masked value is masked where the command is shown',
      jobs: [
        {
          variables: { SECRET: { value: 'open-sesame', masked: true } },
          script: ['echo open-sesame'],
        },
      ],
    },
    {
      title: 'a masked value in base64, URL and JSON form',
      jobs: [
        {
          variables: { SECRET: { value: 'p@ss/word "1"', masked: true } },
          script: [
            'printf %s "$SECRET" | base64',
            "echo 'p%40ss%2Fword%20%221%22'",
            String.raw`echo 'p@ss/word \"1\"'`,
          ],
        },
      ],
      differs: {
        in: ['log'],
        why: 'gitlab-runner masks a value as it is written only; here its base64, URL, JSON and shell forms are masked too.',
      },
    },
    {
      title: 'tokens are masked by their prefix, signatures by their parameter',
      jobs: [
        {
          script: [
            'echo "glpat-0123456789abcdefghij."',
            'echo "https://x.example/?private_token=abcdef&a=1&X-Amz-Signature=00ff&b=2"',
          ],
        },
      ],
    },
    {
      title: 'the variables that the runner sets',
      jobs: [{ script: [SHOW] }],
    },
    {
      title: 'the folder for temporary files of the project',
      jobs: [{ script: ['echo "${RUNNER_TEMP_PROJECT_DIR-unset}"', 'echo "${TMPDIR-unset}"'] }],
    },
    {
      title: 'what one step writes into GITLAB_ENV, the next one has',
      jobs: [
        { script: ['echo "FROM=script" >>"$GITLAB_ENV"'], after_script: ['echo "${FROM-unset}"'] },
      ],
    },
    {
      title: 'CI_DEBUG_TRACE shows what the shell does',
      jobs: [{ variables: { CI_DEBUG_TRACE: 'true' }, script: ['echo traced'] }],
      differs: {
        in: ['log'],
        why: "The trace shows the runner's own script, which is another one; the user's commands are traced alike.",
      },
    },
    {
      title: 'variables of the configuration stand below those of the job',
      config: 'environment = ["FROM=config", "ONLY=config"]',
      jobs: [{ variables: { FROM: 'job' }, script: ['echo "$FROM $ONLY"'] }],
    },
    {
      title: "a variable's name that a shell cannot export",
      jobs: [{ variables: { 'A-B': 'x' }, script: ['echo begun'] }],
      differs: {
        in: ['result', 'log'],
        why: 'gitlab-runner lets the job fail before it begins; here the log names the variable and the job goes on.',
      },
    },
  ],
};
