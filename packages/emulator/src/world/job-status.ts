export type JobStatus =
  /** Waits for the jobs before it. */
  | 'created'
  /** Waits for a runner. */
  | 'pending'
  | 'running'
  /** Canceled by a user, and still running its `after_script`. */
  | 'canceling'
  /** Waits for a user to start it. */
  | 'manual'
  /** Waits for its time. */
  | 'scheduled'
  | 'skipped'
  | 'success'
  | 'failed'
  | 'canceled';

/** A runner works on it, and its token is good. */
export function isExecuting(status: JobStatus): boolean {
  return status === 'running' || status === 'canceling';
}

/** Nothing changes it any more. */
export function isFinal(status: JobStatus): boolean {
  return (
    status === 'success' || status === 'failed' || status === 'canceled' || status === 'skipped'
  );
}
