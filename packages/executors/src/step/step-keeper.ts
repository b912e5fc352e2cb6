import { closeSync, writeSync } from 'node:fs';

import { MARK_VARIABLE } from '../process/process-mark.ts';

/**
 * The process above a script's shell: it claims steps, one after the other, runs each one's shell
 * and keeps its exit code, with or without a runner; it ends when it has nobody to wait for. All
 * of it is in builtins, so that a step starts nothing but its shell. Its arguments: the runner's
 * pid, the host as the runner knows it, the control group to enter or `-`, its own number, and the
 * shell's command line. What it does it tells on file descriptor 4, which no shell inherits.
 *
 * - Its input is a pipe with a name for a moment. The runner alone holds the other end, so that
 *   its death is the end of the input; opened anew, the keeper's own end keeps none open.
 * - Field 22 of its own `stat` is the start time; what is before the name's last parenthesis is
 *   cut off, since only the program decides what the name holds.
 * - `0` in `cgroup.procs` is whoever writes it.
 * - The script has no name, so that it is opened by way of the runner, which holds it until it
 *   hears of the start. If the runner is gone there is nothing to open, and nothing is started.
 * - `set -C` creates the claim with O_EXCL: who finds it taken does not run anything.
 * - The exit code goes into the claim's own block: a disk that filled up meanwhile still has it.
 *   Where it cannot be written the keeper ends, so that nobody waits for it.
 * - The signals that end a job reach it too, and must not end it before it knows the code; nor may
 *   a word to a runner that is gone. A trap, unlike an ignored signal, is not inherited.
 * - At its end it leaves its group and removes it, unless another keeper is in there.
 * - Its own standard error is `/dev/null`, where it tells of the shell's death by a signal.
 */
export const STEP_KEEPER = `trap : HUP INT PIPE QUIT TERM USR1 USR2
exec </proc/self/fd/0
runner=$1 host=$2 group=$3; number=$4; shift 4
[ "$group" = - ] || echo 0 >"$group/cgroup.procs" || group=-
started() { start=\${20}; }
read -r stat </proc/self/stat; set -f; started \${stat##*) }
echo "ready $number $$" >&4
while IFS=' ' read -r number script attempt mark base; do
  exec 3<"/proc/$runner/fd/$script"
  claim=$base.claim.$attempt
  set -C
  if echo "$$ $start $host $group" >"$claim"; then
    set +C
    echo "started $number" >&4
    (export ${MARK_VARIABLE}="$mark"; exec "$@" </dev/null >>"$base.output" 2>&1 4>&-); code=$?
    exec 3<&-
    echo "exit $code" >>"$claim" || exit
    echo "ended $number" >&4
  else
    set +C
    exec 3<&-
    echo "failed $number" >&4
  fi
done
[ "$group" = - ] || { echo 0 >"\${group%/*}/cgroup.procs" && exec rmdir "$group"; }`;

/** What one that nobody needed for so long is given to end itself. */
const IDLE_MS = 10_000;

/** A keeper, as this runner reaches it. */
export class StepKeeper {
  readonly pid: number;
  readonly #requests: number;
  #idle: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** @param requests - The writing end of its input. */
  constructor(pid: number, requests: number) {
    this.pid = pid;
    this.#requests = requests;
  }

  /** Asks for a step; false where nobody is there to hear it. */
  ask(request: string): boolean {
    clearTimeout(this.#idle);
    if (this.#isClosed) return false;
    try {
      // A pipe takes a line at once and whole.
      writeSync(this.#requests, request);
      return true;
    } catch {
      this.close();
      return false;
    }
  }

  /** It has nothing to do for now. */
  rest(): void {
    this.#idle = setTimeout(() => this.close(), IDLE_MS).unref();
  }

  /** Lets it end, once its step has ended. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#idle);
    closeSync(this.#requests);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }
}
