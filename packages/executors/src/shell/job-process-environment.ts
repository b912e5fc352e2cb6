import { formatMark, MARK_VARIABLE } from '../process/process-mark.ts';
import type { JobPlan } from './job-plan.ts';

/** What every process of a job starts with: the runner's environment without the runner's own. */
export function jobProcessEnvironment(plan: JobPlan, step: string | number): NodeJS.ProcessEnv {
  return { ...plan.config.inherited, [MARK_VARIABLE]: formatMark(plan.markOf(step)) };
}
