import { statSync } from 'node:fs';

import { faultPoint } from '@fellrunner/core';

import { readOr } from '../process/process-identity.ts';
import { eachSecond } from './each-second.ts';
import { readClaim } from './step-claim.ts';
import type { StepEnd, StepProcess } from './step-process.ts';

export interface SuperviseStep {
  readonly step: StepProcess;
  /** Where the step's output goes. */
  readonly raw: string;
  /** How large that may become; 0 for no limit. */
  readonly limitBytes: number;
  readonly signal: AbortSignal;
  readonly claimed: (pid: number) => void;
  /** Ends the step before its time. */
  readonly end: () => Promise<void>;
}

export interface SupervisedEnd {
  readonly end: StepEnd;
  /** Whether the step was ended since it wrote more than it may. */
  readonly isTooLarge: boolean;
}

const FIRST_LOOK_MS = 50;

/** Looks after a step's process until it has ended, by itself or because it has to. */
export async function superviseStep(options: SuperviseStep): Promise<SupervisedEnd> {
  const { claimed, end, limitBytes, raw, signal, step } = options;
  let ending: Promise<void> | undefined;
  let isTooLarge = false;
  let isClaimed = false;
  let hasEnded = false;
  const stop = (): void => void (ending ??= end());
  const look = (): void => {
    const claim = isClaimed ? undefined : readClaim(step.claim);
    if (claim?.kind === 'held') {
      isClaimed = true;
      claimed(claim.by.pid);
    }
    isTooLarge ||= limitBytes > 0 && readOr(0, () => statSync(raw).size) > limitBytes;
    if (isTooLarge && !hasEnded) stop();
  };
  // The claim of a step that runs is heard of before anything that the step prints.
  look();
  const first = isClaimed ? undefined : setTimeout(look, FIRST_LOOK_MS);
  const stopLooking = eachSecond(look);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const stepEnd = await step.ended;
    faultPoint('after-step-ended');
    await ending;
    hasEnded = true;
    look();
    return { end: stepEnd, isTooLarge };
  } finally {
    clearTimeout(first);
    stopLooking();
    signal.removeEventListener('abort', stop);
  }
}
