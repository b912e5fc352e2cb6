import { aPayload } from '@fellrunner/testkit';
import { describe, expect, test } from 'vitest';

import { credentialsIn, receiveJob, type Origin } from './received-job.ts';

const origin: Origin = {
  url: 'https://gitlab.example.com',
  tls: { caFile: '/etc/ca.pem' },
  runner: 'cellar',
  slot: 0,
  stagesOf: () => undefined,
  executor: {
    module: 'file:///handler.ts',
    name: 'handler',
    isolation: 'thread',
    resumable: true,
    cleans: false,
    preparation: [],
    conclusion: [],
  },
};

const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

describe('a job as it is received', () => {
  test('keeps the TLS files with which it is to be reported', () => {
    expect(receiveJob(payloadWith({}), origin).received.tls).toEqual({ caFile: '/etc/ca.pem' });
    expect(receiveJob('{"id":1,"token":"x"}', origin).received).toMatchObject({
      tls: { caFile: '/etc/ca.pem' },
      unreadable: expect.any(String) as string,
    });
  });

  test('fails where it has CI steps in the place of a script, saying so', () => {
    const fields = { steps: null, run: '[{"name":"x","script":"make"}]' };
    expect(receiveJob(aPayload({ id: 7, fields }), origin).received).toMatchObject({
      gitlabId: 7,
      steps: [],
      unreadable: 'run: CI steps are not done by this runner; write a `script`',
    });
  });

  test('has nothing to do where it has no step at all, and that is no mistake', () => {
    const { received } = receiveJob(aPayload({ fields: { steps: [] } }), origin);
    expect(received).toMatchObject({ steps: [] });
    expect(received.unreadable).toBeUndefined();
  });

  test.each([
    ...TRUE.map((word) => [word, true]),
    ...[...FALSE, '', 'yes'].map((it) => [it, false]),
  ])('is debugged where CI_DEBUG_TRACE is %j: %s, after a restart too', (word, isDebugged) => {
    const payload = payloadWith({ CI_DEBUG_TRACE: String(word) });
    expect(receiveJob(payload, origin).debugTrace).toBe(isDebugged);
    expect(credentialsIn(payload).debugTrace).toBe(isDebugged);
  });

  test('is debugged where its services are', () => {
    const payload = payloadWith({ CI_DEBUG_SERVICES: 'true' });
    expect(receiveJob(payload, origin).debugTrace).toBe(true);
  });

  test.each([
    ...FALSE.map((word) => [word, false]),
    ...[...TRUE, '', 'no'].map((it) => [it, true]),
  ])(
    'ignores errors of after_script where AFTER_SCRIPT_IGNORE_ERRORS is %j: %s',
    (word, ignores) => {
      const payload = payloadWith({ AFTER_SCRIPT_IGNORE_ERRORS: String(word) });
      const { steps } = receiveJob(payload, origin).received;
      expect(steps.find(({ name }) => name === 'after_script')?.allowFailure).toBe(ignores);
    },
  );
});

function payloadWith(variables: Readonly<Record<string, string>>): string {
  return aPayload({ script: ['x'], afterScript: ['y'], variables });
}
