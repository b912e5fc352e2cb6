import assert from 'node:assert/strict';

import type { EmulatedJob, Emulator, JobView } from '@fellrunner/emulator';

import { pythonProgram, type PythonScenario } from './python-program.ts';

/** The jobs of a scenario: it asserts what became of the first. */
class Jobs {
  #first: EmulatedJob | undefined;

  add = (gitlab: Emulator): void => {
    const script = { script: ['make', 'make test'], after_script: ['make clean'] };
    this.#first = gitlab.job({ name: 'first', ...script, variables: { COLOUR: 'green' } });
    gitlab.job({ name: 'second', ...script });
  };

  ended(status: JobView['status'], reason?: string, trace?: string): () => void {
    return () => {
      assert.equal(this.#first?.status, status);
      assert.equal(this.#first.failureReason, reason);
      if (trace !== undefined) assert.equal(this.#first.trace, trace);
    };
  }
}

const jobs = new Jobs();
const running = { before: jobs.add, after: jobs.ended('running') };
const succeeded = { before: jobs.add, after: jobs.ended('success') };

const scenarios: readonly PythonScenario[] = [
  { name: 'registers', call: 'register', after: registered },
  { name: 'is refused with a wrong registration token', call: 'registration_refused' },
  { name: 'verifies, saves and loads a runner', call: 'verify' },
  { name: 'asks for jobs until there is none', call: 'request', ...running },
  { name: 'set_success', call: 'success', ...succeeded },
  {
    name: 'set_failed with a reason',
    call: 'failed',
    before: jobs.add,
    after: jobs.ended('failed', 'script_failure'),
  },
  {
    name: 'set_failed without a reason',
    call: 'failed_without_reason',
    before: jobs.add,
    after: jobs.ended('failed', 'unknown_failure'),
  },
  { name: 'saves and loads a job', call: 'dump_and_load', ...succeeded },
  { name: 'hears that a job is over', call: 'finished_elsewhere', ...succeeded },
  {
    name: 'log, on a GitLab before 19.0.2',
    call: 'first_piece_of_log',
    before: onOlderGitLab,
    after: jobs.ended('success', undefined, 'Running with gitlab_runner_api 1.0.4\nhello\n'),
  },
  {
    name: 'log, of more than one piece, on a GitLab before 19.0.2',
    call: 'second_piece_of_log',
    defect:
      'its offset counts the newest piece alone, so that the second gets a 416; it then wants to replace the log by a PUT without a state, which is a 400, and raises',
    before: onOlderGitLab,
    after: jobs.ended('running'),
  },
  {
    name: 'log, on today’s GitLab',
    call: 'first_piece_of_log',
    defect: 'sends no Content-Type, which GitLab has answered 400 since 19.0.2; the text is lost',
    before: jobs.add,
    after: jobs.ended('success', undefined, ''),
  },
  {
    name: 'auth of a job',
    call: 'keep_alive',
    defect: 'sends a PUT without a state, which is a 400, and raises',
    ...running,
  },
];

function onOlderGitLab(gitlab: Emulator): void {
  gitlab.settings({ trace_content_type_required: false });
  jobs.add(gitlab);
}

function registered(gitlab: Emulator): void {
  const runner = gitlab.runners.find(({ description }) => description === 'by gitlab_runner_api');
  assert.deepEqual(runner?.tag_list, ['python', 'old']);
}

export const gitlabRunnerApi = pythonProgram({
  name: 'gitlab_runner_api',
  title: 'gitlab_runner_api (Python), on our emulator',
  requirement: 'gitlab_runner_api==1.0.4',
  script: 'gitlab_runner_api_scenarios.py',
  scenarios,
});
