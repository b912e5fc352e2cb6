import { ExitCode } from '../exit-code.ts';
import { describeEvent, withoutOptions } from '../store/event-text.ts';
import { findJob, openReader, type StoreFlags } from '../store/open-reader.ts';
import { printJson, stdoutPaper } from '../terminal/paper.ts';
import { printable } from '../terminal/printable.ts';
import { formatTable } from '../terminal/table.ts';
import { formatLocalTime } from '../terminal/time-text.ts';

/** The options of `fellrunner events`. */
export interface EventsFlags extends StoreFlags {
  readonly json?: true;
}

/** Lists all that happened to one job, from the first. */
export async function events(reference: string, flags: EventsFlags): Promise<ExitCode> {
  using reader = openReader(flags);
  const { key } = findJob(reader, reference);
  const log = reader.events(key).map(withoutOptions);
  if (flags.json) {
    printJson(log);
    return ExitCode.done;
  }
  const [received] = log;
  const steps =
    received?.type === 'job.received' ? received.data.steps.map(({ name }) => name) : [];
  const rows = log.map((event) => [
    String(event.position),
    formatLocalTime(event.at),
    event.type,
    printable(describeEvent(event, steps)),
  ]);
  process.stdout.write(formatTable(['#', 'TIME', 'EVENT', 'DETAILS'], rows, stdoutPaper()));
  return ExitCode.done;
}
