import type { StoredEvent } from '@fellrunner/core';
import type { JobSummary } from '@fellrunner/persistence';

import { ExitCode } from '../exit-code.ts';
import { describeState, jobPage } from '../store/job-words.ts';
import { findJob, openReader, type StoreFlags } from '../store/open-reader.ts';
import { formatFacts } from '../terminal/facts.ts';
import { printJson } from '../terminal/paper.ts';
import { formatAge, formatLocalTime } from '../terminal/time-text.ts';
import { toJson } from './jobs.ts';

/** The options of `fellrunner show`. */
export interface ShowFlags extends StoreFlags {
  readonly json?: true;
}

/** Shows where one job stands. */
export async function show(reference: string, flags: ShowFlags): Promise<ExitCode> {
  using reader = openReader(flags);
  const job = findJob(reader, reference);
  const steps = readSteps(reader.events(job.key));
  if (flags.json) printJson({ ...toJson(job), page: jobPage(job), steps });
  else process.stdout.write(describe(job, steps));
  return ExitCode.done;
}

/** A step, and what became of it so far. */
interface StepProgress {
  readonly name: string;
  readonly status: 'waiting' | 'running' | 'done' | 'failed';
}

function readSteps(events: readonly StoredEvent[]): readonly StepProgress[] {
  const [received] = events;
  if (received?.type !== 'job.received') return [];
  return received.data.steps.map(({ name }, index) => {
    const of = (event: StoredEvent): boolean => 'step' in event.data && event.data.step === index;
    const ended = events.find((event) => event.type === 'step.finished' && of(event));
    if (ended?.type === 'step.finished') {
      return { name, status: ended.data.failure === undefined ? 'done' : 'failed' };
    }
    const begun = events.some((event) => event.type === 'step.starting' && of(event));
    return { name, status: begun ? 'running' : 'waiting' };
  });
}

function describe(job: JobSummary, steps: readonly StepProgress[]): string {
  const { closedAt, executor, finishedAt, name, receivedAt, resumes, runner, stage, waitsFor } =
    job;
  const instant = (at: number): string =>
    `${formatLocalTime(at)} (${formatAge(Date.now() - at)} ago)`;
  return formatFacts([
    ['job', jobPage(job)],
    ['name', stage === '' ? name : `${name} (stage ${stage})`],
    ['state', describeState(job)],
    ['waits for', waitsFor],
    ['runner', `${runner} (${executor})`],
    ['steps', steps.map((step) => `${step.name} ${step.status}`).join(', ')],
    ['received', instant(receivedAt)],
    ['finished', finishedAt === undefined ? undefined : instant(finishedAt)],
    ['reported', closedAt === undefined ? undefined : instant(closedAt)],
    ['resumed', resumes === 0 ? undefined : `${resumes} time${resumes === 1 ? '' : 's'}`],
  ]);
}
