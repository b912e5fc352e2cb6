import { describe, expect, test } from 'vitest';
import { jobMatchers, type JobMatchers } from './job-matchers.ts';
import type { ObservedJob } from './observed-job.ts';

declare module 'vitest' {
  interface Matchers extends JobMatchers {}
}

expect.extend(jobMatchers);

function aJob(facts: Partial<ObservedJob> = {}): ObservedJob {
  return {
    id: 7,
    name: 'make',
    status: 'success',
    failureReason: undefined,
    exitCode: undefined,
    trace: '',
    artifacts: [],
    ...facts,
  };
}

const failed = aJob({
  status: 'failed',
  failureReason: 'script_failure',
  exitCode: 2,
  trace: 'cc main.c\nmain.c:1: error\n',
});

/** An artifact of which only the names matter. */
function anArtifact(type: string, names: readonly string[]): ObservedJob['artifacts'][number] {
  const facts = { file_type: type, names: () => [...names] };
  return facts as unknown as ObservedJob['artifacts'][number];
}

describe('the matchers', () => {
  test('hold of a job that ended as they say', () => {
    expect(aJob()).toHaveSucceeded();
    expect(aJob({ status: 'canceled' })).toHaveBeenCanceled();
    expect(failed).toHaveFailedWith('script_failure', 2);
    expect(failed).toHaveFailedWith('script_failure');
    expect(failed).not.toHaveFailedWith('script_failure', 3);
    expect(failed).not.toHaveFailedWith('runner_system_failure', 2);
    expect(failed).not.toHaveSucceeded();
  });

  test('find a text or an expression in the log, however often they are asked', () => {
    const everywhere = /main\.c/g;
    expect(failed).toHaveTrace(everywhere);
    expect(failed).toHaveTrace(everywhere);
    expect(failed).toHaveTrace('main.c:1: error\n');
    expect(failed).not.toHaveTrace('main_c');
  });

  test('compare the names of files without their order, and allow no others', () => {
    const job = aJob({
      artifacts: [anArtifact('archive', ['b', 'a']), anArtifact('junit', ['r'])],
    });
    expect(job).toHaveArtifact();
    expect(job).toHaveArtifact('archive', ['a', 'b']);
    expect(job).toHaveArtifact('junit', ['r']);
    expect(job).not.toHaveArtifact('archive', ['a']);
    expect(job).not.toHaveArtifact('dotenv');
  });
});

describe('a matcher that fails', () => {
  test('says how the job ended, and shows its log', () => {
    expect(() => expect(failed).toHaveSucceeded()).toThrow(
      'Expected job 7 "make" to have succeeded, but it failed with script_failure (exit code 2).\n\n' +
        'Its log:\n  cc main.c\n  main.c:1: error',
    );
  });

  test('shows the end alone of a long log', () => {
    const lines = Array.from({ length: 30 }, (_line, n) => `line ${n}\n`);
    const job = aJob({ trace: lines.join('') });
    expect(() => expect(job).toHaveTrace(/line 99/)).toThrow(
      'to have /line 99/ in its log, but it has not.\n\nIts log, after 10 lines:\n  line 10\n',
    );
  });

  test('says that no runner has asked for the job', () => {
    expect(() => expect(aJob({ status: 'pending' })).toHaveSucceeded()).toThrow(
      'but it is pending: no runner has asked for it yet.\n\nIts log is empty.',
    );
  });

  test('names the artifacts that there are', () => {
    const job = aJob({ artifacts: [anArtifact('archive', ['b', 'a'])] });
    expect(() => expect(job).toHaveArtifact('archive', ['c'])).toThrow(
      'to have an artifact archive of c, but it has one of a, b.',
    );
    expect(() => expect(job).toHaveArtifact('junit')).toThrow('junit, but it has archive.');
  });

  test('says what is wrong after a "not", too', () => {
    expect(() => expect(aJob()).not.toHaveSucceeded()).toThrow(
      'Expected job 7 "make" not to have succeeded, but it succeeded.',
    );
  });

  test('asks for the job where it was given the promise of one', () => {
    expect(() => expect(Promise.resolve(aJob())).toHaveSucceeded()).toThrow('await it');
    expect(() => expect('make').toHaveSucceeded()).toThrow('This is no job of an emulator');
  });
});
