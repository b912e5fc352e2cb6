import { ExitCode } from '../exit-code.ts';
import { printList, type ListPrint } from '../management/print.ts';
import { configFile } from '../registration/config-place.ts';
import { readConfiguredRunners, type ConfiguredRunner } from '../registration/configured-runner.ts';
import { printable } from '../terminal/printable.ts';

/** The options of `fellrunner list`. */
export interface ListConfigFlags {
  readonly config?: string;
  readonly json?: true;
}

type Shown = Pick<ConfiguredRunner, 'name' | 'id' | 'executor' | 'url'>;

const PRINT: ListPrint<Shown> = {
  head: ['NAME', 'ID', 'EXECUTOR', 'SERVER'],
  toRow: ({ executor, id, name, url }) => [
    printable(name),
    id === undefined ? '' : String(id),
    printable(executor),
    printable(url),
  ],
  empty: 'No runners.',
};

/** Lists the runners of a `config.toml`; GitLab is not asked. */
export function list(flags: ListConfigFlags): ExitCode {
  const runners = readConfiguredRunners(configFile(flags.config), process.env);
  const shown = runners.map(({ executor, id, name, url }) => ({ name, id, executor, url }));
  printList(shown, flags.json, PRINT);
  return ExitCode.done;
}
