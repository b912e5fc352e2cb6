import type { JobKey } from '@fellrunner/core';

/** What a check of a store found. */
export interface StoreCheck {
  /** How many there are; 0 where the file is damaged, and nothing that it says is believed. */
  readonly jobs: number;
  readonly events: number;
  readonly problems: readonly StoreProblem[];
}

/** Something that is not as the store left it. */
export interface StoreProblem {
  /**
   * `file`: SQLite's own pages. `log`: a job's events lead nowhere. `rows`: rows that belong to
   * nothing, or are missing. `key`: a job's secrets cannot be read.
   */
  readonly kind: 'file' | 'log' | 'rows' | 'key';
  /** One line that names the thing and the way out. */
  readonly message: string;
  readonly jobKey: JobKey | undefined;
  /** `possible` where mending helps, which loses nothing that could still be used. */
  readonly mending: 'impossible' | 'possible' | 'done';
}

/** A problem, and what mends it: SQL, run in the one transaction of all mending. */
export interface Finding extends Omit<StoreProblem, 'mending'> {
  readonly jobKey: JobKey | undefined;
  readonly mend?: () => void;
}
