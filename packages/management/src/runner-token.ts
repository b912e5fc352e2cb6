import type { Secret } from './secret.ts';

/** A token that GitLab has just made: nobody gets to see it again. */
export interface IssuedToken {
  readonly token: Secret;
  /** Undefined where it does not expire. */
  readonly expiresAt: Date | undefined;
}

/** A new runner: what it needs to ask for jobs. */
export interface CreatedRunner extends IssuedToken {
  readonly id: number;
}

/** What a good token belongs to; servers before 15.x say no more than that it is good. */
export interface VerifiedRunner {
  readonly id: number | undefined;
  readonly expiresAt: Date | undefined;
}
