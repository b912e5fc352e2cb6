import { randomBytes } from 'node:crypto';
import type { Namespace } from './namespace.ts';
import type { Project } from './project.ts';
import type { RunnerType } from './tokens.ts';
import type { User } from './user.ts';

const QUEUE_VALUE_LIFE_MS = 60 * 60 * 1000;

/** What a runner says of itself with each job request. */
export interface RunnerInfo {
  readonly name?: string;
  readonly version?: string;
  readonly revision?: string;
  readonly platform?: string;
  readonly architecture?: string;
  readonly executor?: string;
}

/** One process that uses a runner's token, told apart by its system id. */
export interface RunnerManager {
  readonly id: number;
  readonly systemId: string;
  readonly createdAt: number;
  contactedAt: number | undefined;
  info: RunnerInfo;
  features: Readonly<Record<string, boolean>>;
  labels: Readonly<Record<string, string>>;
}

export interface RunnerAttributes {
  description: string | undefined;
  name: string | undefined;
  paused: boolean;
  locked: boolean;
  accessLevel: 'not_protected' | 'ref_protected';
  runUntagged: boolean;
  tags: readonly string[];
  maximumTimeoutS: number | undefined;
  maintenanceNote: string | undefined;
}

export interface RunnerIdentity {
  readonly id: number;
  readonly type: RunnerType;
  readonly createdAt: number;
  readonly creator: User | undefined;
  readonly group: Namespace | undefined;
  /** Made by a registration token: its new tokens have no `glrt-`. */
  readonly registered: boolean;
}

/** A runner as GitLab knows it: what it takes, who uses it, and whether its queue has changed. */
export class Runner {
  readonly id: number;
  readonly type: RunnerType;
  readonly createdAt: number;
  readonly creator: User | undefined;
  readonly group: Namespace | undefined;
  readonly registered: boolean;
  readonly managers = new Map<string, RunnerManager>();
  /** The first one owns it. */
  readonly projects: Project[] = [];
  readonly attributes: RunnerAttributes;
  token = '';
  tokenExpiresAt: number | undefined;
  contactedAt: number | undefined;
  updatedAt: number;
  readonly #waiting = new Set<() => void>();
  #queueValue: { readonly value: string; readonly expiresAt: number } | undefined;

  constructor(identity: RunnerIdentity, attributes: RunnerAttributes) {
    this.id = identity.id;
    this.type = identity.type;
    this.createdAt = identity.createdAt;
    this.updatedAt = identity.createdAt;
    this.creator = identity.creator;
    this.group = identity.group;
    this.registered = identity.registered;
    this.attributes = attributes;
  }

  /** What a runner sends back as `last_update`: the same as long as its queue has not changed. */
  queueValue(nowMs: number): string {
    if (this.#queueValue === undefined || this.#queueValue.expiresAt <= nowMs) {
      const value = randomBytes(16).toString('hex');
      this.#queueValue = { value, expiresAt: nowMs + QUEUE_VALUE_LIFE_MS };
    }
    return this.#queueValue.value;
  }

  /** There may be something to do: held requests are woken. */
  tick(): void {
    this.#queueValue = undefined;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  /** Calls back at the next tick, once; returns how to stop waiting. */
  onTick(wake: () => void): () => void {
    this.#waiting.add(wake);
    return () => this.#waiting.delete(wake);
  }
}
