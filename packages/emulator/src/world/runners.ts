import type { Clock } from '../clock.ts';
import type { Settings } from '../settings.ts';
import type { Ids } from './ids.ts';
import type { Namespace } from './namespace.ts';
import type { Project } from './project.ts';
import { Runner, type RunnerAttributes, type RunnerInfo, type RunnerManager } from './runner.ts';
import { isSuitable, type Demand } from './runner-match.ts';
import { newRunnerToken, type RunnerType } from './tokens.ts';
import type { User } from './user.ts';

export interface NewRunner {
  readonly type: RunnerType;
  readonly attributes: RunnerAttributes;
  readonly registered: boolean;
  readonly creator?: User | undefined;
  readonly group?: Namespace | undefined;
  readonly project?: Project | undefined;
}

/** What a request says of the process that sent it. */
export interface Contact {
  readonly systemId: string;
  readonly info?: RunnerInfo | undefined;
  readonly features?: Readonly<Record<string, boolean>> | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** Every runner, by id and by its present token. */
export class Runners {
  readonly #ids: Ids;
  readonly #clock: Clock;
  readonly #settings: () => Settings;
  readonly #byId = new Map<number, Runner>();
  readonly #byToken = new Map<string, Runner>();

  constructor(ids: Ids, clock: Clock, settings: () => Settings) {
    this.#ids = ids;
    this.#clock = clock;
    this.#settings = settings;
  }

  add(spec: NewRunner, fixed?: { readonly id: number; readonly token: string }): Runner {
    const identity = {
      id: fixed?.id ?? this.#ids.next('runner'),
      type: spec.type,
      createdAt: this.#clock.now(),
      creator: spec.creator,
      group: spec.group,
      registered: spec.registered,
    };
    const runner = new Runner(identity, spec.attributes);
    if (spec.project !== undefined) runner.projects.push(spec.project);
    this.#byId.set(runner.id, runner);
    this.#giveToken(runner, fixed?.token ?? newRunnerToken(runner.type, runner.registered));
    if (fixed !== undefined) runner.tokenExpiresAt = undefined;
    return runner;
  }

  get(id: number): Runner | undefined {
    return this.#byId.get(id);
  }

  all(): Runner[] {
    return [...this.#byId.values()];
  }

  /** The runner with this token, unless the token has expired. */
  authenticate(token: string): Runner | undefined {
    const runner = this.#byToken.get(token);
    if (runner === undefined) return undefined;
    const { tokenExpiresAt } = runner;
    return tokenExpiresAt !== undefined && tokenExpiresAt <= this.#clock.now() ? undefined : runner;
  }

  resetToken(runner: Runner): void {
    this.#byToken.delete(runner.token);
    this.#giveToken(runner, newRunnerToken(runner.type, runner.registered));
  }

  delete(runner: Runner): void {
    this.#byId.delete(runner.id);
    this.#byToken.delete(runner.token);
    runner.tick();
  }

  /** Notes that a runner's process was heard of; one that was unknown becomes a manager. */
  heartbeat(runner: Runner, contact: Contact): RunnerManager {
    const now = this.#clock.now();
    runner.contactedAt = now;
    let manager = runner.managers.get(contact.systemId);
    if (manager === undefined) {
      manager = {
        id: this.#ids.next('manager'),
        systemId: contact.systemId,
        createdAt: now,
        contactedAt: now,
        info: {},
        features: {},
        labels: {},
      };
      runner.managers.set(contact.systemId, manager);
    }
    manager.contactedAt = now;
    if (contact.info !== undefined) manager.info = contact.info;
    if (contact.features !== undefined) manager.features = contact.features;
    if (contact.labels !== undefined) manager.labels = contact.labels;
    return manager;
  }

  /** Tells the runners that may take such a job. */
  tickSuitable(demand: Demand): void {
    for (const runner of this.#byId.values()) {
      if (isSuitable(runner, demand)) runner.tick();
    }
  }

  #giveToken(runner: Runner, token: string): void {
    const interval = this.#settings().runner_token_expiration_interval_s;
    runner.token = token;
    runner.updatedAt = this.#clock.now();
    runner.tokenExpiresAt = interval === null ? undefined : this.#clock.now() + interval * 1000;
    this.#byToken.set(token, runner);
  }
}
