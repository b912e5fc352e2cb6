import { createHash } from 'node:crypto';

import type { Clock, EventLog, Logger, Secret } from '@fellrunner/core';

import type { Rotation, Unwritten } from './rotate-token.ts';
import type { RunnerSetup } from './runner-setup.ts';

/** A runner whose token is looked after. */
export interface TokenHolder {
  readonly setup: RunnerSetup;
  /** When GitLab says that the token expires; undefined where it never does. */
  readonly expiry: () => Promise<Date | undefined>;
  /** Asks GitLab whether the token is good; rejects with a RunnerError where it is not. */
  readonly verify: () => Promise<unknown>;
}

export interface TokenRotationOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Remembers which tokens GitLab was asked to replace. */
  readonly store: Pick<EventLog, 'note' | 'setNote'>;
  /** False where the operator rotates tokens, or nobody does. */
  readonly rotates: boolean;
  /** Puts the configuration into force that has the new token. */
  readonly onRotated: () => Promise<void>;
}

/** As gitlab-runner does: a quarter of a token's life is left for what may go wrong. */
const DUE_AT = 0.75;
const LONGEST_PAUSE_MS = 3600_000;
const SHORTEST_PAUSE_MS = 1000;
const WRITE_AGAIN_MS = 10_000;

/** It needs a client for all of GitLab: loaded at the start, and only where a token expires. */
const loadRotation = (): Promise<typeof import('./rotate-token.ts')> => import('./rotate-token.ts');

/** Replaces tokens that expire, in the file that they came from, and tells of those that it cannot. */
export class TokenRotation implements Disposable {
  readonly #options: TokenRotationOptions;
  readonly #busy = new Set<string>();
  /** New tokens that no file has yet: whatever else happens, they must not be lost. */
  readonly #unwritten = new Set<Unwritten>();
  #round = new Round();

  constructor(options: TokenRotationOptions) {
    this.#options = options;
  }

  /** Looks after these runners from here on, and no others. Several with one token count as one. */
  follow(holders: readonly TokenHolder[]): void {
    this.#round.end();
    const round = new Round();
    this.#round = round;
    const byToken = new Map(holders.map((holder) => [holder.setup.token.reveal(), holder]));
    for (const holder of byToken.values()) void this.#plan(holder, round);
  }

  [Symbol.dispose](): void {
    this.#round.end();
    for (const unwritten of this.#unwritten) this.#write(unwritten);
  }

  async #plan(holder: TokenHolder, round: Round): Promise<void> {
    const { clock, logger } = this.#options;
    const { expiry, setup } = holder;
    const expiresAt = (await expiry()) ?? setup.tokenPlace?.expiresAt;
    if (expiresAt === undefined || round.hasEnded) return;
    const obtainedAt = setup.tokenPlace?.obtainedAt?.getTime() ?? clock.now();
    const dueAt = obtainedAt + DUE_AT * (expiresAt.getTime() - obtainedAt);
    const facts = { runner: setup.name, expires: expiresAt.toISOString() };
    const obstacle = this.#obstacle(setup);
    if (obstacle === undefined) {
      await loadRotation();
      logger.info({ ...facts, rotated: new Date(dueAt).toISOString() }, 'the runner token expires');
      round.at(clock, dueAt, () => void this.#rotate(holder, expiresAt, false, round));
      return;
    }
    logger.info({ ...facts, stays: obstacle }, 'the runner token expires');
    round.at(clock, dueAt, () => {
      const page = "get a new one at GitLab, on the runner's page, before that";
      logger.warn(facts, `the runner token expires, and is not rotated (${obstacle}); ${page}`);
    });
  }

  #obstacle({ tokenPlace }: RunnerSetup): string | undefined {
    if (!this.#options.rotates) return '--no-rotate';
    return tokenPlace === undefined ? 'it stands in no config.toml' : undefined;
  }

  async #rotate(
    holder: TokenHolder,
    expiresAt: Date,
    mayBeVoid: boolean,
    round: Round,
  ): Promise<void> {
    const { setup, verify } = holder;
    const { tls, token, tokenPlace, url } = setup;
    const { file = '' } = tokenPlace ?? {};
    if (this.#busy.has(token.reveal())) return;
    this.#busy.add(token.reveal());
    const onAsking = (): Promise<void> => this.#note(token, new Date().toISOString());
    const wasAsked = mayBeVoid || (await rotationNote(this.#options.store, token)) !== undefined;
    const { rotateToken } = await loadRotation();
    const rotation = await rotateToken({ file, onAsking, tls, token, url, verify, wasAsked });
    this.#busy.delete(token.reveal());
    await this.#take(rotation, holder, expiresAt, round);
  }

  async #take(
    rotation: Rotation,
    holder: TokenHolder,
    expiresAt: Date,
    round: Round,
  ): Promise<void> {
    const { clock, logger } = this.#options;
    const { setup } = holder;
    const runner = { runner: setup.name };
    switch (rotation.kind) {
      case 'rotated':
        return this.#finish(setup, rotation.expiresAt);
      case 'put-off': {
        if (!rotation.mayBeVoid) await this.#note(setup.token, '');
        const pause = pauseBefore(expiresAt, clock.now());
        logger.warn(runner, `the runner token is not rotated yet: ${rotation.why}`);
        const again = () => void this.#rotate(holder, expiresAt, rotation.mayBeVoid, round);
        round.at(clock, clock.now() + pause, again);
        return;
      }
      case 'lost':
        logger.error(runner, lostToken(setup));
        return;
      case 'unwritten':
        logger.error(
          runner,
          `the new runner token is not in the configuration yet, and the old one is void: ${rotation.why} It is tried again; a restart before would need a new token.`,
        );
        this.#unwritten.add(rotation);
        this.#writeAgain(rotation, setup);
    }
  }

  #writeAgain(rotation: Unwritten, setup: RunnerSetup): void {
    const { clock } = this.#options;
    clock.callAt(clock.now() + WRITE_AGAIN_MS, () => {
      if (!this.#unwritten.has(rotation)) return;
      if (this.#write(rotation)) void this.#finish(setup, rotation.expiresAt);
      else this.#writeAgain(rotation, setup);
    });
  }

  #write(unwritten: Unwritten): boolean {
    try {
      unwritten.write();
    } catch {
      // It has been told of; only the end is news.
      return false;
    }
    return this.#unwritten.delete(unwritten);
  }

  async #finish(setup: RunnerSetup, expiresAt: Date | undefined): Promise<void> {
    await this.#note(setup.token, '');
    const expires = expiresAt?.toISOString();
    const facts = { runner: setup.name, ...(expires && { expires }) };
    this.#options.logger.info(facts, 'the runner has a new token, and the configuration has it');
    await this.#options.onRotated();
  }

  #note(token: Secret, value: string): Promise<void> {
    return this.#options.store.setNote(noteOf(token), value);
  }
}

/** The time from one configuration to the next: what was planned in it ends with it. */
class Round {
  readonly #cancels: (() => void)[] = [];
  #hasEnded = false;

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  at(clock: Clock, time: number, action: () => void): void {
    if (!this.#hasEnded) this.#cancels.push(clock.callAt(time, action));
  }

  end(): void {
    this.#hasEnded = true;
    for (const cancel of this.#cancels) cancel();
  }
}

/** When GitLab was asked to replace a token, where it is not known what came of it. */
export async function rotationNote(
  store: Pick<EventLog, 'note'>,
  token: Secret,
): Promise<string | undefined> {
  return (await store.note(noteOf(token))) || undefined;
}

/** What there is to do for somebody whose token was replaced by one that nobody heard of. */
export function lostToken({ name, tokenPlace, url }: RunnerSetup): string {
  const place = tokenPlace === undefined ? '' : `, and put it into ${tokenPlace.file}`;
  return `GitLab at ${url} has replaced the token of the runner "${name}", but its answer with the new one was lost on the way: reset the token there once more, on the runner's page${place}. Jobs that run are not affected.`;
}

/** More often the nearer the end is. */
function pauseBefore(expiresAt: Date, now: number): number {
  const left = expiresAt.getTime() - now;
  return Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, left / 10));
}

/** A token is named by its hash: notes are no secret. */
function noteOf(token: Secret): string {
  const hash = createHash('sha256').update(token.reveal()).digest('hex');
  return `token-rotation ${hash.slice(0, 16)}`;
}
