import { ExitCode } from '../exit-code.ts';
import { storeFile, type StoreFlags } from '../store/open-reader.ts';
import { printable } from '../terminal/printable.ts';

/** The options of `fellrunner check`. */
export interface CheckFlags extends StoreFlags {
  readonly mend?: true;
}

/** Checks a store whole, and fails where something is wrong that was not mended. */
export async function check(flags: CheckFlags): Promise<ExitCode> {
  const { checkStore } = await import('@fellrunner/persistence');
  const file = storeFile(flags);
  const { events, jobs, problems } = checkStore(file, { mend: flags.mend ?? false });
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
