import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';

import { currentHost } from '../process/process-identity.ts';
import { MARK_VARIABLE } from '../process/process-mark.ts';
import { HAS_PROCESS_TABLE } from '../process/process-table.ts';
import { quote } from '../script/quote.ts';
import { formatHost } from './step-claim.ts';
import type { StepCommand } from './step-process.ts';
import { STEP_WRAPPER } from './step-wrapper.ts';

/**
 * A shell that does one request a line and answers each; the steps' processes tell of their ends
 * by the same way, which costs less than to watch their files. `setsid -f` starts the step's process in
 * a session of its own and is gone at once; unlike `&` it leaves SIGINT and SIGQUIT to the script.
 */
const HELPER = `wrapper=$1; shift
while IFS= read -r request; do
  if eval "$request"; then echo started; else echo failed; fi
done`;

export interface Launch {
  readonly kind: 'started' | 'not-started' | 'unknown';
  /** Resolves when the process says that it ends; never where something ends it first. */
  readonly ended: Promise<void>;
}

/**
 * Starts steps' processes through a small shell. A fork copies the page tables of the whole
 * runner, which costs more than all else about a short job; of the shell there is next to nothing
 * to copy. The helper ends when the runner does, since nobody writes to it any more.
 */
export class StepLauncher {
  readonly #command: readonly string[];
  readonly #environment: NodeJS.ProcessEnv;
  readonly #asked: ((launched: Launch['kind']) => void)[] = [];
  /** By the numbers of the steps that have not said yet that they end. */
  readonly #running = new Map<string, () => void>();
  #lastNumber = 0;
  #helper: ChildProcess | undefined;
  /** As process 1 the runner would have to bury what no longer has a parent. */
  #isUsable = HAS_PROCESS_TABLE && process.pid !== 1;

  /** @param command - The command line of the login shell, the same for all steps. */
  constructor(command: readonly string[], environment: NodeJS.ProcessEnv) {
    this.#command = command;
    this.#environment = environment;
  }

  /**
   * Starts a step's process. Where nobody knows whether it was, its claim has to be revoked before
   * the process is started in another way.
   */
  async launch(step: StepCommand): Promise<Launch> {
    const number = String((this.#lastNumber += 1));
    const request = toRequest(step, number);
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    if (!this.#isUsable || request.includes('\n')) return { kind: 'not-started', ended };
    this.#running.set(number, end);
    const helper = (this.#helper ??= this.#start());
    hold(helper);
    const kind = await new Promise<Launch['kind']>((resolve) => {
      this.#asked.push(resolve);
      helper.stdin?.write(`${request}\n`);
    });
    // One that fails once lacks something, and would fail again.
    this.#isUsable &&= kind === 'started';
    if (this.#asked.length === 0) release(helper);
    return { kind, ended };
  }

  #start(): ChildProcess {
    const args = ['-c', HELPER, 'fellrunner-launcher', STEP_WRAPPER, ...this.#command];
    const helper = spawn('/bin/sh', args, {
      cwd: '/',
      detached: true,
      env: this.#environment,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const giveUp = (): void => {
      this.#isUsable = false;
      for (const resolve of this.#asked.splice(0)) resolve('unknown');
    };
    helper.once('error', giveUp);
    helper.once('exit', giveUp);
    helper.stdin.on('error', giveUp);
    createInterface({ input: helper.stdout }).on('line', (answer) => {
      const number = /^ended (\d+)$/.exec(answer)?.[1];
      if (number !== undefined) this.#end(number);
      else this.#asked.shift()?.(answer === 'started' ? 'started' : 'not-started');
    });
    return helper;
  }

  #end(number: string): void {
    this.#running.get(number)?.();
    this.#running.delete(number);
  }
}

/**
 * The script has no name any more, so that it is opened by way of the runner, which still holds
 * it. If the runner is gone there is nothing to open, and nothing is started.
 */
function toRequest(
  { claim, group, heading, mark, raw, script }: StepCommand,
  number: string,
): string {
  const facts = [claim, formatHost(currentHost()), group ?? '-', heading, number];
  const words = facts.map(quote).join(' ');
  return (
    `${MARK_VARIABLE}=${quote(mark)} setsid -f /bin/sh -c "$wrapper" fellrunner-step ${words} "$@" ` +
    `</dev/null 4>&1 >>${quote(raw)} 2>/dev/null 3</proc/${process.pid}/fd/${script}`
  );
}

/** While it is asked the helper keeps the runner alive; otherwise it does not. */
function hold(helper: ChildProcess): void {
  for (const handle of [helper, ...socketsOf(helper)]) handle.ref();
}

function release(helper: ChildProcess): void {
  for (const handle of [helper, ...socketsOf(helper)]) handle.unref();
}

function socketsOf({ stdin, stdout }: ChildProcess): readonly Socket[] {
  return [stdin, stdout].filter((stream) => stream instanceof Socket);
}
