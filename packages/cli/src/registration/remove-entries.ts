import type { ConfigEdit } from '../config/edit-config-file.ts';
import { configError } from '../config/config-error.ts';
import { printable } from '../terminal/printable.ts';
import type { ConfiguredRunner } from './configured-runner.ts';

/** The edit that takes runners out, wherever they stand by now; one that was changed stays. */
export function withoutEntries(runners: readonly ConfiguredRunner[]): ConfigEdit {
  return (document) => {
    const indexes = runners.flatMap(({ entry, name }) => {
      const found = document.indexesOf(entry);
      if (found.length > 0) return found;
      const what = `the runner ${printable(name)} was changed meanwhile, and stays`;
      throw configError(document.source, ['runners', 0], what);
    });
    return document.withoutRunners([...new Set(indexes)]);
  };
}
