import { formatMark, MARK_VARIABLE } from '../process/process-mark.ts';
import { inheritedEnvironment } from '../script/inherited-environment.ts';
import type { JobPlan } from './job-plan.ts';
import { userEnvironment } from './shell-user.ts';

/** What every process of a job starts with: the runner's environment without the runner's own. */
export function jobProcessEnvironment(plan: JobPlan, step: string | number): NodeJS.ProcessEnv {
  const { user } = plan.config;
  return {
    ...inheritedEnvironment(process.env),
    ...(user === undefined ? {} : userEnvironment(user)),
    [MARK_VARIABLE]: formatMark(plan.markOf(step)),
  };
}
