import type { Job } from './job.ts';
import type { Runner } from './runner.ts';
import { isSuitable, type Demand } from './runner-match.ts';

/** Waiting jobs that the same runners may take, by id. */
class Bucket {
  readonly demand: Demand;
  #jobs: Job[] = [];
  #first = 0;
  #size = 0;

  constructor(demand: Demand) {
    this.demand = demand;
  }

  get size(): number {
    return this.#size;
  }

  add(job: Job): void {
    this.#size += 1;
    const last = this.#jobs.at(-1);
    if (last === undefined || last.id < job.id) this.#jobs.push(job);
    else this.#jobs.splice(this.#positionOf(job.id), 0, job);
  }

  /** A job that has left stays in the list until it comes to the front. */
  leave(): void {
    this.#size -= 1;
  }

  get oldest(): Job | undefined {
    let job = this.#jobs[this.#first];
    while (job !== undefined && !job.queued) {
      this.#first += 1;
      job = this.#jobs[this.#first];
    }
    if (this.#first > 1000 && this.#first * 2 > this.#jobs.length) {
      this.#jobs = this.#jobs.slice(this.#first);
      this.#first = 0;
    }
    return job;
  }

  #positionOf(id: number): number {
    let low = this.#first;
    let high = this.#jobs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#jobs[middle]?.id ?? Infinity) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/**
 * The pending jobs. They lie in as many buckets as there are different demands, so that a request
 * costs the same however many jobs wait.
 */
export class JobQueue {
  readonly #buckets = new Map<string, Bucket>();

  add(job: Job): void {
    const { key } = job.demand;
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) this.#buckets.set(key, (bucket = new Bucket(job.demand)));
    job.queued = true;
    bucket.add(job);
  }

  remove(job: Job): void {
    if (!job.queued) return;
    job.queued = false;
    const { key } = job.demand;
    const bucket = this.#buckets.get(key);
    bucket?.leave();
    if (bucket?.size === 0) this.#buckets.delete(key);
  }

  /**
   * The job that the runner gets next. An instance runner turns to the project that keeps the
   * fewest instance runners busy; else the oldest job goes first.
   */
  next(runner: Runner): Job | undefined {
    let best: Job | undefined;
    for (const bucket of this.#suitable(runner)) {
      const job = bucket.oldest;
      if (job !== undefined && (best === undefined || goesBefore(job, best, runner))) best = job;
    }
    return best;
  }

  /** How many jobs wait that the runner may take. */
  sizeFor(runner: Runner): number {
    let size = 0;
    for (const bucket of this.#suitable(runner)) size += bucket.size;
    return size;
  }

  *#suitable(runner: Runner): Generator<Bucket> {
    for (const bucket of this.#buckets.values()) {
      if (isSuitable(runner, bucket.demand)) yield bucket;
    }
  }
}

function goesBefore(job: Job, other: Job, runner: Runner): boolean {
  if (runner.type === 'instance_type') {
    const difference =
      job.demand.project.runningOnInstanceRunners - other.demand.project.runningOnInstanceRunners;
    if (difference !== 0) return difference < 0;
  }
  return job.id < other.id;
}
