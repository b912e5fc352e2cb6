import { join } from 'node:path';

import type { EventLog, JobKey, JobState } from '@fellrunner/core';
import type { JobRun } from '@fellrunner/engine';

import type { ObservedJob } from '../run/observed-log.ts';
import { lastLineOf, readLastLine } from './last-line.ts';
import type { LiveBlock } from './live-block.ts';
import { liveLines, type LiveJob, type LiveSize, type LiveTotals } from './live-lines.ts';

/** What the live view looks at. */
export interface LiveViewOptions {
  readonly block: LiveBlock;
  readonly store: Pick<EventLog, 'traceHead' | 'jobsDir'>;
  readonly jobs: () => readonly JobRun[];
  /** Those of the jobs that are in the store, and so have a key and a log. */
  readonly stored: () => Iterable<ObservedJob>;
  readonly totals: () => LiveTotals;
  readonly size: () => LiveSize;
}

const REFRESH_MS = 250;

/** Shows on a terminal what runs, until it is disposed of. */
export class LiveView implements Disposable {
  readonly #options: LiveViewOptions;
  readonly #timer: NodeJS.Timeout;
  #isBusy = false;
  #isOver = false;

  constructor(options: LiveViewOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#refresh(), REFRESH_MS);
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    clearInterval(this.#timer);
    this.#options.block.end();
  }

  async #refresh(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      const { block, jobs, size, stored, totals } = this.#options;
      const { columns, rows } = size();
      const keys = new Map([...stored()].map(({ facts, key }) => [nameOf(facts), key]));
      // A log is read only where there is a row for it.
      const keyOf = ({ state }: JobRun, at: number): JobKey | undefined =>
        at < rows ? keys.get(nameOf(state.context.job)) : undefined;
      const shown = await Promise.all(jobs().map((job, at) => this.#look(job, keyOf(job, at))));
      if (!this.#isOver) block.show(liveLines(shown, totals(), { columns, rows }));
    } finally {
      this.#isBusy = false;
    }
  }

  async #look({ state }: JobRun, key: JobKey | undefined): Promise<LiveJob> {
    const { deferredBy, job, outcome, receivedAt } = state.context;
    const lastLine = deferredBy ?? (key === undefined ? '' : await this.#lastLine(key));
    return {
      gitlabId: job.gitlabId,
      name: job.name,
      doing: doing(state),
      isFinished: outcome !== undefined,
      ageMs: Date.now() - receivedAt,
      lastLine,
    };
  }

  /** A log begins in the store, and goes on in a file where it is long or its step runs. */
  async #lastLine(key: JobKey): Promise<string> {
    const { store } = this.#options;
    const inFile = await readLastLine(join(store.jobsDir, String(key), 'spool'));
    if (inFile !== '') return inFile;
    const head = await store.traceHead(key);
    return head === undefined ? '' : lastLineOf(Buffer.from(head).toString());
  }
}

function nameOf({ gitlabId, url }: { readonly gitlabId: number; readonly url: string }): string {
  return `${url} ${gitlabId}`;
}

/** A job's step or stage, or the last word of its state. */
function doing({ context: { job, work }, name }: JobState): string {
  if (work?.kind === 'stage') return work.stage;
  if (work?.kind === 'step') return job.steps[work.step]?.name ?? 'step';
  return name.split('.').at(-1) ?? name;
}
