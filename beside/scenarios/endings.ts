import type { Theme } from '../scenario.ts';

const TIMEOUT_WORDS = 'The failure is told in other words, and the hint has the newer address.';

const status = 'echo "status $CI_JOB_STATUS"';
const ticks = 'echo begun; for i in $(seq 400); do echo tick; sleep 0.1; done';
const make = 'mkdir -p out && echo 1 >out/a.txt';
const kept = { paths: ['out/'], when: 'always' } as const;

export const endings: Theme = {
  name: 'Ends',
  scenarios: [
    {
      title: 'after_script after a success',
      jobs: [{ script: ['echo s'], after_script: [status, 'pwd'] }],
    },
    {
      title: 'after_script after a failure',
      jobs: [{ script: ['exit 4'], after_script: [status] }],
    },
    {
      title: 'after_script that fails changes nothing',
      jobs: [{ script: ['echo s'], after_script: ['echo a', 'exit 9', 'echo never'] }],
    },
    {
      title: 'after_script has a shell of its own',
      jobs: [{ script: ['cd /; export MADE=1'], after_script: ['pwd; echo "${MADE-unset}"'] }],
    },
    {
      title: 'allow_failure by exit code',
      jobs: [{ allow_failure: { exit_codes: [7] }, script: ['exit 7'] }],
    },
    {
      title: 'allow_failure by another exit code',
      jobs: [{ allow_failure: { exit_codes: [7] }, script: ['exit 8'] }],
    },
    {
      title: 'the script is ended by a signal',
      jobs: [{ script: ['echo going; kill -TERM $$', 'echo never'] }],
      differs: {
        in: ['result', 'log'],
        why: 'The signal meets the outer of two shells of gitlab-runner: the script goes on, and the job is a success. Here the script ends, with 143.',
      },
    },
    {
      title: "the job's timeout",
      jobs: [{ timeout: 12, artifacts: kept, script: [make, ticks], after_script: [status] }],
      differs: {
        in: ['artifacts', 'log'],
        why: "After the job's timeout gitlab-runner does nothing more; here after_script runs, and artifacts that are wanted `always` or `on_failure` arrive.",
      },
    },
    {
      title: 'RUNNER_SCRIPT_TIMEOUT',
      jobs: [
        {
          variables: { RUNNER_SCRIPT_TIMEOUT: '2s' },
          artifacts: kept,
          script: [make, 'echo begun; for i in $(seq 60); do echo tick; sleep 0.1; done'],
          after_script: [status],
        },
      ],
      differs: { in: ['log'], why: TIMEOUT_WORDS },
    },
    {
      title: 'RUNNER_AFTER_SCRIPT_TIMEOUT',
      jobs: [
        {
          variables: { RUNNER_AFTER_SCRIPT_TIMEOUT: '2s' },
          script: ['echo s'],
          after_script: ['echo begun; for i in $(seq 60); do echo tick; sleep 0.1; done'],
        },
      ],
      differs: { in: ['log'], why: TIMEOUT_WORDS },
    },
    {
      title: 'a cancel while the script runs',
      jobs: [
        { cancelAt: 'begun\n', artifacts: kept, script: [make, ticks], after_script: [status] },
      ],
    },
    {
      title: 'a cancel by force',
      jobs: [{ cancelAt: 'begun\n', script: [ticks], after_script: [status] }],
    },
    {
      title: 'a script that does not heed SIGTERM, canceled',
      jobs: [{ cancelAt: 'begun\n', script: ['trap "" TERM', ticks] }],
    },
    {
      title: 'the next job after a failure finds all in order',
      jobs: [{ script: ['mkdir -p a/b && chmod 500 a && exit 1'] }, { script: ['ls'] }],
    },
  ],
};
