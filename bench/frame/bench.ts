import type { Command } from './command.ts';
import type { Sample } from './sample.ts';

/** A measurement that can be repeated: each call measures everything once, ours and its limit. */
export interface Bench {
  readonly name: string;
  /** What is done, in one line. */
  readonly about: string;
  /** How often where nobody says so; three is the least from which a range can be told. */
  readonly runs?: number;
  measure(stage: Stage): Promise<readonly Sample[]>;
}

/** What a run of a bench has at hand. */
export interface Stage {
  readonly command: Command;
  /** Fresh, on a disk's file system, removed after the run. */
  readonly folder: string;
  /** Less of everything: to see that it works, and for ratios on a busy machine. */
  readonly short: boolean;
}
