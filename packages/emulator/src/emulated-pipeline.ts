import { EmulatedJob } from './emulated-job.ts';
import { compositeStatus, type CompositeStatus } from './world/composite-status.ts';
import type { Pipeline } from './world/pipeline.ts';
import type { World } from './world/world.ts';

/** A pipeline on the emulator; its jobs become pending as those before them end. */
export class EmulatedPipeline {
  readonly #world: World;
  readonly #pipeline: Pipeline;

  constructor(world: World, pipeline: Pipeline) {
    this.#world = world;
    this.#pipeline = pipeline;
  }

  get id(): number {
    return this.#pipeline.id;
  }

  get status(): CompositeStatus {
    return compositeStatus(this.#present());
  }

  /** All jobs, also those that a retry has replaced. */
  get jobs(): EmulatedJob[] {
    return this.#pipeline.jobs.map((job) => new EmulatedJob(this.#world, job));
  }

  /** The latest job of a name; undefined where there is none. */
  job(name: string): EmulatedJob | undefined {
    return this.jobs.findLast((job) => job.name === name);
  }

  /** Resolves once no job of it can go on by itself: one that waits for a user does not hold it up. */
  async finished(): Promise<this> {
    for (;;) {
      const open = this.jobs.find(
        ({ status }) => !['success', 'failed', 'canceled', 'skipped', 'manual'].includes(status),
      );
      if (open === undefined || this.status === 'manual') return this;
      const before = open.status;
      await open.until(({ status }) => status !== before);
    }
  }

  #present(): Pipeline['jobs'] {
    return this.#pipeline.jobs.filter(({ retried }) => !retried);
  }
}
