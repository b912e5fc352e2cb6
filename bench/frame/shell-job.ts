import type { JobSpec } from '@fellrunner/emulator';

/** A job without a repository: what is measured is the script, not git. */
export function shellJob(script: string, more: JobSpec = {}): JobSpec {
  const variables = { GIT_STRATEGY: 'empty', ...more.variables };
  return { ...more, script: [script], variables };
}

/** Twenty values that are to be looked for in every byte of the log. */
export function maskedVariables(count: number): NonNullable<JobSpec['variables']> {
  return Object.fromEntries(
    Array.from({ length: count }, (_unused, n) => {
      const value = `secret-${n}-${Buffer.from(`value ${n}`).toString('hex')}`;
      return [`SECRET_${n}`, { value, masked: true }];
    }),
  );
}
