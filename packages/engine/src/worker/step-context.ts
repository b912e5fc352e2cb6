import type { StepContext } from '@fellrunner/core';

import { failStep, type CallScopeOfJob } from './job-scope.ts';

/** What a handler's `step` gets. */
export function createStepContext(scope: CallScopeOfJob, stepIndex: number): StepContext {
  const step = scope.job.steps[stepIndex];
  const phase = step?.name ?? '';
  const own: Omit<StepContext, keyof ReturnType<CallScopeOfJob['jobScope']>> = {
    phase,
    script: step?.script ?? [],
    jobStatus: scope.jobStatus,
    once: (key, body, options) => scope.ledger.once(key, body, options),
    fail: failStep(phase),
  };
  // Assigned, not spread: a spread would make the work folder, which most jobs never ask for.
  return Object.assign(scope.jobScope(), own);
}
