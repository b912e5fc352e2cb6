/** `npm run bench -- [NAME…] [--runs N] [--short] [--source] [--json] [--write]` */
import { HELP, parseOptions, type BenchOptions } from './bench-options.ts';
import { installCommand, sourceCommand } from './frame/command.ts';
import { makeDiskFolder } from './frame/disk-folder.ts';
import { repeat, type Result } from './frame/repeat.ts';
import { curveCells, toCurves } from './page/curves.ts';
import { ROW_HEADINGS, rowCells } from './page/number-text.ts';
import { textTable } from './page/table.ts';
import { writeResult } from './page/write-result.ts';

const options = readOptions();
if (options?.help === true) console.log(HELP);
else if (options !== undefined) await measureAll(options).catch(fail);

function readOptions(): BenchOptions | undefined {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    fail(error, 2);
    return undefined;
  }
}

async function measureAll({ json, runs, short, source, wanted, write }: BenchOptions) {
  using folder = makeDiskFolder();
  const command = source ? sourceCommand() : await installCommand(`${folder.path}/installed`);
  for (const bench of wanted) {
    const onRun = (run: number, of: number): void => showProgress(`${bench.name} ${run}/${of} …`);
    try {
      const result = await repeat(bench, { command, short, runs, onRun });
      if (write) await writeResult(result);
      console.log(json ? JSON.stringify(result) : describe(result));
    } catch (error) {
      // What takes minutes is not given up for one that fails.
      fail(new Error(`${bench.name}: ${messageOf(error)}`));
    }
  }
}

function fail(error: unknown, exitCode = 1): void {
  console.error(messageOf(error));
  process.exitCode = exitCode;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A person who waits wants to know for what; nobody else does. */
function showProgress(line: string): void {
  if (process.stderr.isTTY) console.error(line);
}

function describe({ about, name, rows, runs, seconds }: Result): string {
  const title = `${name}: ${about} (${runs} × in ${Math.round(seconds)} s)`;
  const plain = rows.filter(({ curve }) => curve === undefined).map(rowCells);
  const tables = [
    ...(plain.length > 0 ? [[ROW_HEADINGS, ...plain]] : []),
    ...toCurves(rows).map(curveCells),
  ];
  return ['', title, tables.map(textTable).join('\n\n')].join('\n');
}
