import type { EmulatedJob, Emulator, JobSpec } from '@fellrunner/emulator';

import { Command } from './command.ts';
import type { TempFolder } from './temp-folder.ts';

/** What a test cares about in a runner. */
export interface RunnerWishes {
  readonly gitlab: Emulator;
  readonly folder: TempFolder;
  /** A handler's source; without it the shell does the jobs. */
  readonly handler?: string;
  readonly more?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts `fellrunner run` with a store of the test's own, and waits until it runs. */
export async function startRunner(wishes: RunnerWishes): Promise<Command> {
  const { env, folder, gitlab, handler, more = [] } = wishes;
  const work =
    handler === undefined
      ? ['--executor', 'shell']
      : ['--handler', folder.write('handler.mjs', handler)];
  const store = ['--store', folder.file('jobs.db')];
  const runner = Command.start(['run', '--url', gitlab.url, ...work, ...store, ...more], {
    FELLRUNNER_TOKEN: gitlab.runnerToken,
    ...env,
  });
  await runner.log(/fellrunner \S+ runs jobs of/);
  return runner;
}

/** A job for the shell executor that is done without git. */
export function aShellJob(gitlab: Emulator, spec: JobSpec): EmulatedJob {
  return gitlab.job({ ...spec, variables: { GIT_STRATEGY: 'none', ...spec.variables } });
}

/** A handler that works until its job's signal aborts, and says that it has begun. */
export function endlessHandler({ resumable }: { readonly resumable: boolean }): string {
  return `export default {
    resumable: ${resumable},
    async step(ctx) {
      await ctx.log.line('begun');
      await new Promise((resolve, reject) => {
        ctx.signal.addEventListener('abort', () => reject(new Error('told to stop')));
      });
    },
  };`;
}

/** A handler, not resumable, that works until there is a file. */
export function handlerUntil(file: string): string {
  return `import { existsSync, watch } from 'node:fs';
    import { dirname } from 'node:path';
    const file = ${JSON.stringify(file)};
    export default {
      step: () => new Promise((resolve) => {
        const look = () => existsSync(file) && resolve(watcher.close());
        const watcher = watch(dirname(file), look);
        look();
      }),
    };`;
}
