import { randomBytes } from 'node:crypto';

export type RunnerType = 'instance_type' | 'group_type' | 'project_type';

/** Twenty characters, as GitLab's tokens have behind their prefix. */
function secret(): string {
  return randomBytes(15).toString('base64url');
}

const runnerTypeDigit = { instance_type: 1, group_type: 2, project_type: 3 } as const;

/** A runner's token: `glrt-t1_…` when made in GitLab, `t1_…` when registered with a registration token. */
export function newRunnerToken(type: RunnerType, registered: boolean): string {
  return `${registered ? '' : 'glrt-'}t${runnerTypeDigit[type]}_${secret()}`;
}

export function newJobToken(): string {
  return `glcbt-64_${secret()}`;
}

export function newPersonalAccessToken(): string {
  return `glpat-${secret()}`;
}

export function newRegistrationToken(): string {
  return `GR1348941${secret()}`;
}
