import { describe, expect, it } from 'vitest';

import { AtEnd } from './at-end.ts';

describe('what ends with a run', () => {
  it('ends the last first, and each though one before it failed', async () => {
    const ended: string[] = [];
    const atEnd = new AtEnd();
    atEnd.use({ [Symbol.dispose]: () => void ended.push('first') });
    atEnd.use(undefined);
    atEnd.use({ [Symbol.asyncDispose]: () => Promise.reject(new Error('in use')) });
    atEnd.use({ [Symbol.asyncDispose]: () => Promise.resolve(void ended.push('last')) });
    await expect(atEnd[Symbol.asyncDispose]()).rejects.toThrow('in use');
    expect(ended).toEqual(['last', 'first']);
  });
});
