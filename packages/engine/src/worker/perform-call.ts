import {
  isRunnerError,
  messageOf,
  type Job,
  type JobFailure,
  type OutcomeStatus,
  type PackedArtifact,
} from '@fellrunner/core';

import type {
  CallResult,
  FromWorker,
  JobCall,
  ToWorker,
  WorkerCall,
} from '../pool/worker-message.ts';
import { CallScopeOfJob } from './job-scope.ts';
import { knownJob } from './known-jobs.ts';
import { loadModule, toTraits, type LoadedModule } from './load-module.ts';
import { toFailure } from './step-failure.ts';
import { createStepContext } from './step-context.ts';
import { inScope } from './worker-process.ts';

/** How a call reaches the engine, whatever it runs in. */
export interface WorkerLink {
  post(message: FromWorker): void;
  onMessage(listener: (message: ToWorker) => void): void;
}

/** Does one call. It never throws: whatever happens is in the result. */
export async function performCall(call: WorkerCall, link: WorkerLink): Promise<CallResult> {
  let module: LoadedModule;
  try {
    module = await loadModule(call.module, call.options);
  } catch (error) {
    return unusable(error);
  }
  if (call.what === 'describe') return { kind: 'described', traits: toTraits(module) };
  return performJobCall(call, module, link);
}

function unusable(error: unknown): CallResult {
  const message = isRunnerError(error)
    ? error.message
    : `The handler cannot be used: ${messageOf(error)}`;
  return { kind: 'failed', failure: { reason: 'handler-unusable', message } };
}

async function performJobCall(
  call: JobCall,
  module: LoadedModule,
  link: WorkerLink,
): Promise<CallResult> {
  const scope = new CallScopeOfJob(call, knownJob(call), link, module.kind);
  const unhandled = Promise.withResolvers<never>();
  const body = async (): Promise<CallResult> => {
    const work = perform(call, module, scope);
    const packed = await Promise.race([work, unhandled.promise]);
    await scope.end();
    return { kind: 'finished', packed };
  };
  const callScope = {
    link,
    onUnhandled: (reason: unknown) => unhandled.reject(new UnhandledRejection(reason)),
    onExit: () => scope.save(),
  };
  try {
    return await inScope(callScope, body);
  } catch (error) {
    const failure = failureOf(error, nameOf(call, scope.job));
    return { kind: 'failed', failure: (await endAfter(scope)) ?? failure };
  }
}

/** A spool that cannot be ended (a full disk) is a failure of its own. */
async function endAfter(scope: CallScopeOfJob): Promise<JobFailure | undefined> {
  try {
    await scope.end();
    return undefined;
  } catch (error) {
    return toFailure(error, 'log');
  }
}

class UnhandledRejection extends Error {
  constructor(reason: unknown) {
    super(messageOf(reason), { cause: reason });
  }
}

function failureOf(error: unknown, subject: string): JobFailure {
  if (error instanceof UnhandledRejection) {
    return { reason: 'worker-crashed', how: 'unhandled-rejection', message: error.message };
  }
  return toFailure(error, subject);
}

function nameOf(call: JobCall, job: Job): string {
  if (call.what === 'step') return job.steps[Number(call.subject)]?.name ?? call.what;
  return call.what === 'stage' ? String(call.subject) : call.what;
}

async function perform(
  call: JobCall,
  module: LoadedModule,
  scope: CallScopeOfJob,
): Promise<PackedArtifact | undefined> {
  switch (call.what) {
    case 'step':
      await performStep(call, module, scope);
      return undefined;
    case 'stage':
      if (module.kind === 'executor') {
        await module.executor.stage(
          Object.assign(scope.executorScope(), { stage: String(call.subject) }),
        );
      }
      return undefined;
    case 'pack':
      return module.kind === 'executor'
        ? module.executor.pack(
            Object.assign(scope.executorScope(), { entry: Number(call.subject) }),
          )
        : (await import('./pack-files.ts')).packFiles(call, module.handler, scope);
    case 'cleanup':
      await cleanUp(module, scope, call.outcome);
      return undefined;
  }
}

async function performStep(
  call: JobCall,
  module: LoadedModule,
  scope: CallScopeOfJob,
): Promise<void> {
  const stepIndex = Number(call.subject);
  if (module.kind === 'executor') {
    await module.executor.step(scope.executorStep(stepIndex));
    return;
  }
  const context = createStepContext(scope, stepIndex);
  await module.handler.step(context);
  scope.endReplay();
}

async function cleanUp(
  module: LoadedModule,
  scope: CallScopeOfJob,
  outcome: OutcomeStatus,
): Promise<void> {
  if (module.kind === 'executor') {
    await module.executor.cleanup?.(Object.assign(scope.executorScope(), { outcome }));
    return;
  }
  await module.handler.cleanup?.(Object.assign(scope.jobScope(), { outcome }));
}
