import { closeSync, constants, openSync, rmSync } from 'node:fs';

import { currentHost } from '../process/process-identity.ts';
import { MARK_VARIABLE, keeperMark } from '../process/process-mark.ts';
import { HAS_PROCESS_TABLE, readProcess } from '../process/process-table.ts';
import { quote } from '../script/quote.ts';
import { eachSecond } from './each-second.ts';
import { LaunchHelper } from './launch-helper.ts';
import { formatHost } from './step-claim.ts';
import { STEP_KEEPER, StepKeeper } from './step-keeper.ts';
import type { StepCommand } from './step-process.ts';

export type Launch =
  | { readonly kind: 'not-started' }
  /** Nobody knows whether it was: its claim has to be revoked before it is started otherwise. */
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'started';
      /** Resolves when its keeper says that it has ended; never where something ends that first. */
      readonly ended: Promise<void>;
      /** Nothing of the step is left: its keeper may take another. */
      readonly release: () => void;
    };

/** Who waits for a word of a keeper, by the number that the word has. */
interface Waiting {
  readonly onWord: (word: string, pid: number) => void;
}

/**
 * Starts steps in keepers, which do one after the other: what a step costs is a login shell and a
 * fork of a small one. A keeper is made by a helper, has a session of its own, and serves one
 * control group, since to move a process from group to group is dear.
 */
export class StepLauncher {
  readonly #command: readonly string[];
  readonly #environment: NodeJS.ProcessEnv;
  /** Those without a step, by their control groups. */
  readonly #resting = new Map<string, StepKeeper[]>();
  readonly #waiting = new Map<number, Waiting>();
  #lastNumber = 0;
  #helper: LaunchHelper | undefined;
  /** As process 1 the runner would have to bury what no longer has a parent. */
  #isUsable = HAS_PROCESS_TABLE && process.pid !== 1;

  /** @param command - The command line of the login shell, the same for all steps. */
  constructor(command: readonly string[], environment: NodeJS.ProcessEnv) {
    this.#command = command;
    this.#environment = environment;
  }

  async launch(step: StepCommand): Promise<Launch> {
    if (!this.#isUsable || /\n| $/.test(step.base)) return { kind: 'not-started' };
    this.#helper ??= new LaunchHelper([STEP_KEEPER, ...this.#command], this.#environment, (line) =>
      this.#hear(line),
    );
    return this.#helper.whileNeeded(this.#launch(step, this.#helper));
  }

  async #launch(step: StepCommand, helper: LaunchHelper): Promise<Launch> {
    for (let keeper = this.#take(step); keeper !== undefined; keeper = this.#take(step)) {
      // One that is gone has heard nothing.
      const launch = await this.#ask(keeper, step);
      if (launch !== undefined) return launch;
    }
    const made = await this.#make(step, helper);
    // What fails once lacks something, and would fail again.
    this.#isUsable = made !== undefined;
    return (made && (await this.#ask(made, step))) ?? { kind: 'not-started' };
  }

  #take({ group = '' }: StepCommand): StepKeeper | undefined {
    return this.#resting.get(group)?.pop();
  }

  /** Undefined where nobody was there to be asked. */
  async #ask(keeper: StepKeeper, step: StepCommand): Promise<Launch | undefined> {
    const number = (this.#lastNumber += 1);
    const { promise: begun, resolve: begin } = Promise.withResolvers<string>();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    let hasEnded = false;
    this.#waiting.set(number, {
      onWord: (word) => {
        if (word === 'started') return begin(word);
        this.#waiting.delete(number);
        hasEnded = true;
        begin(word);
        end();
      },
    });
    const { attempt, base, leavesDaemons, mark, script } = step;
    if (!keeper.ask(`${number} ${script} ${attempt} ${mark} ${base}\n`)) {
      this.#waiting.delete(number);
      return undefined;
    }
    const stop = eachSecond(() => readProcess(keeper.pid) ?? begin('gone'));
    const word = await begun;
    stop();
    const release = (): void => {
      this.#waiting.delete(number);
      // A daemon that is to stay is in the keeper's session.
      if (!hasEnded || leavesDaemons) keeper.close();
      else this.#rest(keeper, step);
    };
    if (word === 'started' || word === 'ended') return { kind: 'started', ended, release };
    release();
    return word === 'failed' ? { kind: 'not-started' } : { kind: 'unknown' };
  }

  #rest(keeper: StepKeeper, { group = '' }: StepCommand): void {
    const others = (this.#resting.get(group) ?? []).filter((other) => !other.isClosed);
    this.#resting.set(group, [...others, keeper]);
    keeper.rest();
  }

  /** Undefined where it cannot be made here. */
  async #make(step: StepCommand, helper: LaunchHelper): Promise<StepKeeper | undefined> {
    const number = (this.#lastNumber += 1);
    const pipe = `${step.base}.requests`;
    // What an earlier runner left that was killed right here.
    rmSync(pipe, { force: true });
    if ((await helper.ask(`mkfifo -m 600 ${quote(pipe)}`)) !== true) return undefined;
    // Held by the runner until the keeper has it, so that the runner's death ends it in any case.
    const held = openSync(pipe, constants.O_RDWR);
    try {
      const { promise: ready, resolve } = Promise.withResolvers<number>();
      this.#waiting.set(number, { onWord: (_, pid) => resolve(pid) });
      if ((await helper.ask(toRequest(step, pipe, number))) !== true) return undefined;
      const pid = await ready;
      return new StepKeeper(pid, openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK));
    } finally {
      this.#waiting.delete(number);
      closeSync(held);
      rmSync(pipe, { force: true });
    }
  }

  #hear(line: string): void {
    const [word = '', number, pid] = line.split(' ');
    this.#waiting.get(Number(number))?.onWord(word, Number(pid));
  }
}

/**
 * `setsid -f` starts the keeper in a session of its own and is gone at once; unlike `&` it leaves
 * SIGINT and SIGQUIT to the scripts.
 */
function toRequest({ group, mark }: StepCommand, pipe: string, number: number): string {
  const facts = [String(process.pid), formatHost(currentHost()), group ?? '-', String(number)];
  return (
    `${MARK_VARIABLE}=${quote(keeperMark(mark))} setsid -f /bin/sh -c "$keeper" fellrunner-step ` +
    `${facts.map(quote).join(' ')} "$@" 0<>${quote(pipe)} 4>&1 >/dev/null 2>&1`
  );
}
