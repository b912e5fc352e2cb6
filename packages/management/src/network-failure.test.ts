import { describe, expect, test } from 'vitest';
import { describeNetworkFailure } from './network-failure.ts';

function coded(code: string, message = ''): Error {
  return Object.assign(new Error(message), { code });
}

describe('a network failure', () => {
  test('is known by its code, wherever it is wrapped', () => {
    const refused = coded('ECONNREFUSED');
    const expected = { kind: 'not-connected', text: 'nothing listens there' };
    expect(describeNetworkFailure(refused)).toEqual(expected);
    expect(describeNetworkFailure(new AggregateError([refused, coded('ETIMEDOUT')]))).toEqual(
      expected,
    );
    expect(describeNetworkFailure(new Error('failed', { cause: refused })).kind).toBe(
      'not-connected',
    );
  });

  test('leaves doubt whether the request arrived, unless there was no connection', () => {
    for (const code of ['ECONNRESET', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT', 'ETIMEDOUT']) {
      expect(describeNetworkFailure(coded(code)).kind).toBe('cut');
    }
    for (const code of ['ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']) {
      expect(describeNetworkFailure(coded(code)).kind).toBe('not-connected');
    }
  });

  test('is hopeless where the certificate is not trusted, and names why', () => {
    expect(describeNetworkFailure(coded('DEPTH_ZERO_SELF_SIGNED_CERT'))).toEqual({
      kind: 'hopeless',
      text: 'its certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)',
    });
  });

  test('is told in its own words where its code is unknown', () => {
    expect(describeNetworkFailure(coded('E_ODD', 'odd things'))).toEqual({
      kind: 'cut',
      text: 'odd things',
    });
    expect(describeNetworkFailure('odd').text).toBe('odd');
  });
});
