/** The logs that tests keep are of a day long ago, and would be forgotten with the next turn. */
export const KEEP_ALL = { retention: { maxAgeMs: Infinity, maxJobs: Infinity } };
