import { describe, expect, test } from 'vitest';
import { AnswerHeaders } from './answer.ts';
import { retryDelayMs, type Failure } from './retry-delay.ts';
import { resolveRetries } from './retry-policy.ts';

const policy = resolveRetries({ transient: true });

function answered(status: number, headers: Record<string, string> = {}, text = ''): Failure {
  const cause = { kind: 'answered', status, headers: new AnswerHeaders(headers), text } as const;
  return { repeatable: true, attempt: 0, cause };
}

describe('the wait before another try', () => {
  test('is what Retry-After says, and before that what RateLimit-Reset says', () => {
    const both = { 'retry-after': '3', 'ratelimit-reset': '100' };
    expect(retryDelayMs(answered(429, both), policy, 0)).toBe(3000);
    expect(retryDelayMs(answered(429, { 'ratelimit-reset': '100' }), policy, 40_000)).toBe(60_000);
    expect(retryDelayMs(answered(429, { 'ratelimit-reset': '100' }), policy, 200_000)).toBe(0);
    expect(retryDelayMs(answered(503, { 'retry-after': '3' }), policy, 0)).toBe(3000);
  });

  test('doubles from try to try, up to a minute, where the server names none', () => {
    const delays = [0, 1, 2, 9, 9.5].map((attempt) =>
      retryDelayMs({ ...answered(429, { 'retry-after': 'soon' }), attempt }, policy, 0),
    );
    expect(delays.slice(0, 4)).toEqual([100, 200, 400, 51_200]);
    expect(delays[4]).toBe(60_000);
  });

  test('never comes after as many tries as were allowed', () => {
    expect(retryDelayMs({ ...answered(429), attempt: 10 }, policy, 0)).toBeUndefined();
    const forEver = resolveRetries({ max: Infinity });
    expect(retryDelayMs({ ...answered(429), attempt: 1e6 }, forEver, 0)).toBe(60_000);
  });

  test('never comes for what is not repeatable and may have been done', () => {
    const statuses = Array.from({ length: 200 }, (_, index) => 400 + index);
    const doubtful = [
      { kind: 'cut' } as const,
      ...statuses.filter((status) => status !== 429).map((status) => answered(status).cause),
    ];
    for (const cause of doubtful) {
      expect(retryDelayMs({ repeatable: false, attempt: 0, cause }, policy, 0)).toBeUndefined();
    }
  });

  test('never comes for a certificate that is not trusted', () => {
    const failure = { repeatable: true, attempt: 0, cause: { kind: 'hopeless' } } as const;
    expect(retryDelayMs(failure, policy, 0)).toBeUndefined();
  });
});

test('retries are numbers that make sense', () => {
  for (const options of [{ max: -1 }, { max: Number.NaN }, { baseDelayMs: -1 }]) {
    expect(() => resolveRetries(options)).toThrow('are numbers from 0 on');
  }
});
