import type { JobSpec } from '@fellrunner/emulator';

/** Jobs that each of the two runners does, one after the other, in the same folders. */
export interface Scenario {
  /** A promise, and the scenario's name. */
  readonly title: string;
  readonly jobs: readonly ScenarioJob[];
  /** Lines of the runner's entry in `config.toml`, which both read. */
  readonly config?: string;
  /** Why the two are not alike here, though ours is as it is meant to be. */
  readonly differs?: Difference;
}

export interface ScenarioJob extends Omit<JobSpec, 'dependencies'> {
  /** The jobs of the scenario whose artifacts are wanted, by their place; left out: all before. */
  readonly needs?: readonly number[];
  /** A user cancels the job once its log has this in it. */
  readonly cancelAt?: string;
}

/** What of a scenario's outcome may be compared. */
export type Aspect = 'result' | 'artifacts' | 'cache' | 'left' | 'log';

export interface Difference {
  readonly in: readonly Aspect[];
  readonly why: string;
}

export interface Theme {
  readonly name: string;
  readonly scenarios: readonly Scenario[];
}

/** A reason that several themes need. */
export const OWN_EXIT_CODE =
  "Before 19 a command that fails within gitlab-runner's script ends it with 1, whatever the command's own exit code; newer versions, and this, report that.";
