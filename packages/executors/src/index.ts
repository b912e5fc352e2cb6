/**
 * Executors that ship with fellrunner. The engine loads an executor by its entry
 * (`@fellrunner/executors/shell`); from here comes what a runner needs at its start.
 *
 * Read `shell/shell-executor.ts` first: it names the stages. `step/run-step.ts` runs a step in a
 * process that outlives the runner, `step/step-wrapper.ts` is what that process does first, and
 * `step/step-launcher.ts` what starts it. `process/` finds and ends what jobs leave, `git/`,
 * `cache/` and `artifacts/` do what the stages are named after, `script/` writes what the shell
 * gets, and `log/` has the words and colours of the log.
 *
 * @packageDocumentation
 */
export { endMarkedProcesses, type EndMarkedProcesses } from './process/end-marked-processes.ts';
export type { ProcessMark } from './process/process-mark.ts';
export type { ShellOptions } from './shell/shell-options.ts';
