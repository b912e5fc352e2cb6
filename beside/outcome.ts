/** All that is to be seen from outside of what a runner made of a scenario. */
export interface Outcome {
  readonly jobs: readonly JobOutcome[];
  /** The archives in the cache folder and what is in them. */
  readonly cache: readonly string[];
  /** Processes that live on, and files of jobs that lie about outside the projects' folders. */
  readonly left: readonly string[];
}

export interface JobOutcome {
  /** Status, failure reason and exit code. */
  readonly result: string;
  /** A line for each artifact and for each file in it: kind, mode, name, content. */
  readonly artifacts: readonly string[];
  /** What is the runner's, the machine's or the moment's is normalised in it. */
  readonly log: readonly string[];
}
