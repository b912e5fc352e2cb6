import type { StageContext } from '@fellrunner/core';

import { findProgram } from '../shell/find-program.ts';
import type { JobPlan } from '../shell/job-plan.ts';
import { runProgram, type ProgramEnd } from '../shell/run-program.ts';
import { asUser } from '../shell/shell-user.ts';

/** A git command that failed; what it said is in the job's log already. */
export class GitFailed extends Error {
  override readonly name = 'GitFailed';
  readonly exitCode: number;
  readonly lastOutput: string;

  constructor({ exitCode, lastOutput }: ProgramEnd) {
    super(`exit status ${exitCode}`);
    this.exitCode = exitCode;
    this.lastOutput = lastOutput;
  }
}

/** Runs git for one stage of a job, its output in the job's log. */
export class Git {
  readonly #ctx: StageContext;
  readonly #plan: JobPlan;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(ctx: StageContext, plan: JobPlan, environment: NodeJS.ProcessEnv) {
    this.#ctx = ctx;
    this.#plan = plan;
    this.#environment = environment;
  }

  /**
   * Runs git in the project's folder.
   *
   * @throws GitFailed where it exits with another code than 0.
   */
  async run(...args: readonly string[]): Promise<void> {
    const end = await this.#start(args);
    if (end.exitCode !== 0) throw new GitFailed(end);
  }

  /** Whether git can fetch the large files that a repository keeps elsewhere. */
  get hasLfs(): boolean {
    return findProgram('git-lfs') !== undefined;
  }

  #start(args: readonly string[]): Promise<ProgramEnd> {
    const { config, workplace } = this.#plan;
    const command = ['git', ...args];
    return runProgram({
      command: config.user === undefined ? command : asUser(config.user, command),
      folder: workplace.project,
      environment: this.#environment,
      mark: this.#plan.markOf(this.#ctx.stage),
      signal: this.#ctx.signal,
      graceMs: this.#ctx.runner.cancelGraceMs,
      onOutput: (chunk) => this.#ctx.log.write(chunk),
    });
  }
}
