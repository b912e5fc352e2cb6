import { isRunnerError, messageOf, type JobState, type ReceivedJob } from '@fellrunner/core';
import { Runner, type JobRun, type StopMode } from '@fellrunner/engine';

import { fingerprint, type RunnerSetup } from './runner-setup.ts';
import type { TokenHolder } from './token-rotation.ts';
import {
  ownerOf,
  toRunnerOptions,
  withoutTokens,
  type RunnerSurroundings,
} from './to-runner-options.ts';

/** A runner at work, or finishing what it has since its setup was replaced. */
interface Member {
  readonly setup: RunnerSetup;
  readonly runner: Runner;
  /** What GitLab said of the token when it was first asked. */
  readonly verify: () => ReturnType<Runner['verify']>;
  isRetired: boolean;
}

/**
 * The runners of one process: they share a store and a limit, start and stop together, and are
 * replaced one by one where their setup changes. A replaced runner finishes its jobs.
 */
export class Fleet {
  readonly #surroundings: RunnerSurroundings;
  readonly #members = new Set<Member>();
  /** Every runner's: none may reach a job of another. */
  readonly #tokens = new Set<string>();
  readonly #ended = Promise.withResolvers<void>();
  #isStopping = false;

  constructor(surroundings: RunnerSurroundings, setups: readonly RunnerSetup[]) {
    this.#surroundings = surroundings;
    this.#addTokens(setups);
    for (const setup of setups) {
      const adopts = (job: ReceivedJob): boolean => ownerOf(job, setups) === setup;
      this.#add(this.#create(setup, adopts));
    }
  }

  /** The runners that ask for jobs, and when their tokens expire. */
  get tokens(): readonly TokenHolder[] {
    const active = [...this.#members].filter(({ isRetired }) => !isRetired);
    return active.map(({ runner, setup, verify }) => ({
      setup,
      expiry: () => this.#expiryOf(verify),
      verify: () => runner.verify(),
    }));
  }

  /** Every unfinished job, the replaced runners' too. */
  get jobs(): readonly JobRun[] {
    return [...this.#members].flatMap(({ runner }) => [...runner.jobs]);
  }

  /** Those of the jobs that a later process could not take up. */
  get bound(): readonly JobRun[] {
    return this.jobs.filter(({ state }) => !isReporting(state) && !this.#canGoOn(state));
  }

  /** Those of the jobs whose step would end with this process. */
  get mortal(): readonly JobRun[] {
    return this.jobs.filter(({ state }) => this.#isMortal(state));
  }

  /**
   * Loads each handler and asks each server whether it takes the runner. Where some do, the
   * others are told of and try on.
   *
   * @throws RunnerError `HANDLER_UNUSABLE`, `CONFIG_INVALID` where any cannot be used;
   *   `GITLAB_UNAUTHORIZED`, `GITLAB_UNREACHABLE` where none is taken.
   */
  async verify(): Promise<void> {
    const members = [...this.#members];
    const results = await Promise.allSettled(members.map(({ verify }) => verify()));
    const errors = results.flatMap((it) => (it.status === 'rejected' ? [it.reason as Error] : []));
    const [first] = errors;
    const fatal = errors.find((error) => !isOfGitLab(error));
    if (fatal !== undefined) throw fatal;
    if (first !== undefined && errors.length === members.length) throw first;
    for (const error of errors) this.#surroundings.logger.error({}, messageOf(error));
  }

  /** Runs until all runners have ended: after a stop, or with the last job that may be asked for. */
  async run(): Promise<void> {
    for (const member of this.#members) this.#start(member);
    await this.#ended.promise;
  }

  /**
   * Replaces the runners whose setup has changed, leaves the others as they are, and starts new
   * ones. Either all of it happens or nothing.
   *
   * @throws RunnerError `HANDLER_UNUSABLE`, `CONFIG_INVALID`; then all is as it was.
   */
  async replace(setups: readonly RunnerSetup[]): Promise<void> {
    const active = [...this.#members].filter(({ isRetired }) => !isRetired);
    const wanted = new Set(setups.map(fingerprint));
    const known = new Set(active.map(({ setup }) => fingerprint(setup)));
    this.#addTokens(setups);
    const fresh = setups.filter((setup) => !known.has(fingerprint(setup)));
    const members = await Promise.all(fresh.map((setup) => this.#prepare(setup)));
    if (this.#isStopping) return;
    for (const member of members) this.#start(this.#add(member));
    for (const member of active) {
      if (wanted.has(fingerprint(member.setup))) continue;
      member.isRetired = true;
      void member.runner.stop('drain');
    }
  }

  /** Stops all runners; a later call with another mode replaces an earlier one. */
  stop(mode: StopMode): void {
    this.#isStopping = true;
    for (const { runner } of this.#members) void runner.stop(mode);
  }

  /** What the store holds unfinished was taken up at the start: a later runner adopts nothing. */
  async #prepare(setup: RunnerSetup): Promise<Member> {
    const member = this.#create(setup, () => false);
    try {
      await member.verify();
    } catch (error) {
      if (!isOfGitLab(error)) throw error;
      this.#surroundings.logger.error({ runner: setup.name }, messageOf(error));
    }
    return member;
  }

  /** What cannot be heard is told of where jobs are asked for. */
  async #expiryOf(verify: Member['verify']): Promise<Date | undefined> {
    try {
      return (await verify()).expiresAt;
    } catch (error) {
      if (!isOfGitLab(error)) throw error;
      return undefined;
    }
  }

  #canGoOn(state: JobState): boolean {
    return state.context.job.executor.resumable && !this.#isMortal(state);
  }

  #isMortal({ context: { job, work } }: JobState): boolean {
    const isShellStep = work?.kind === 'step' && job.executor.name === 'shell';
    return isShellStep && this.#surroundings.endsSteps !== undefined;
  }

  #create(setup: RunnerSetup, adopts: (job: ReceivedJob) => boolean): Member {
    const env = withoutTokens(this.#surroundings.env, this.#tokens);
    const runner = new Runner(toRunnerOptions(setup, adopts, { ...this.#surroundings, env }));
    let verified: ReturnType<Runner['verify']> | undefined;
    const verify = (): ReturnType<Runner['verify']> => {
      verified ??= runner.verify();
      // What could not be heard may be heard another time.
      verified.catch(() => (verified = undefined));
      return verified;
    };
    return { setup, runner, verify, isRetired: false };
  }

  #addTokens(setups: readonly RunnerSetup[]): void {
    for (const { token } of setups) this.#tokens.add(token.reveal());
  }

  #add(member: Member): Member {
    this.#members.add(member);
    return member;
  }

  #start(member: Member): void {
    member.runner.run().then(
      () => {
        this.#members.delete(member);
        if (this.#members.size === 0) this.#ended.resolve();
      },
      (error: unknown) => this.#ended.reject(error),
    );
  }
}

function isReporting({ name }: JobState): boolean {
  return name === 'finished.reporting' || name === 'finished.closed';
}

/** Whether the trouble is a server's, which may be another one later. */
function isOfGitLab(error: unknown): boolean {
  return isRunnerError(error) && error.code.startsWith('GITLAB_');
}
