import { Secret } from '@fellrunner/core';

import { ExitCode } from '../exit-code.ts';
import { storeFile, type StoreFlags } from '../store/open-reader.ts';
import { printable } from '../terminal/printable.ts';

/** The options of `fellrunner check`. */
export interface CheckFlags extends StoreFlags {
  readonly mend?: true;
}

/**
 * Checks a store whole, and fails where something is wrong that was not mended. Its key is the
 * engine's: `FELLRUNNER_STORE_KEY`, or the file beside it.
 */
export async function check(flags: CheckFlags): Promise<ExitCode> {
  const { checkStore } = await import('@fellrunner/persistence');
  const file = storeFile(flags);
  const key = process.env['FELLRUNNER_STORE_KEY'];
  const { events, jobs, problems } = checkStore(file, {
    mend: flags.mend ?? false,
    ...(key !== undefined && { key: new Secret(key) }),
  });
  for (const { mending, message } of problems) {
    const mended = mending === 'done' ? 'mended: ' : '';
    process.stdout.write(`${mended}${printable(message)}\n`);
  }
  const left = problems.filter(({ mending }) => mending !== 'done');
  const verdict = left.length === 0 ? 'nothing is wrong' : `${left.length} problem(s)`;
  const hint = left.some(({ mending }) => mending === 'possible') ? '; --mend mends some' : '';
  process.stdout.write(`${file}: ${jobs} job(s), ${events} event(s): ${verdict}${hint}.\n`);
  return left.length === 0 ? ExitCode.done : ExitCode.failed;
}
