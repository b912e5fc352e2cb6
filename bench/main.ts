/** `npm run bench -- [NAME…] [--runs N] [--short] [--source] [--json] [--write]` */
import { parseArgs } from 'node:util';

import { benches } from './benches/index.ts';
import { installCommand, sourceCommand } from './frame/command.ts';
import { makeDiskFolder } from './frame/disk-folder.ts';
import { repeat, type Result } from './frame/repeat.ts';
import { curveCells, toCurves } from './page/curves.ts';
import { ROW_HEADINGS, rowCells } from './page/number-text.ts';
import { textTable } from './page/table.ts';
import { writeResult } from './page/write-result.ts';

const HELP = `npm run bench -- [NAME…] [OPTIONS]

Without a name all are run.

${benches.map(({ about, name }) => `  ${name.padEnd(14)} ${about}`).join('\n')}

  --runs N  how often each is measured (default: 3); the range over the runs is the noise
  --short   less of everything, once: a quick look, good for ratios alone
  --source  measure the source instead of the packed and installed command
  --json    one line of JSON for each bench
  --write   put the rows into docs/performance.md
`;

const { positionals: names, values } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    runs: { type: 'string' },
    short: { type: 'boolean', default: false },
    source: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

const unknown = names.filter((name) => !benches.some((bench) => bench.name === name));
if (unknown.length > 0) {
  console.error(
    `No bench ${unknown.join(', ')}; there are ${benches.map((it) => it.name).join(', ')}.`,
  );
  process.exitCode = 2;
} else if (values.help) {
  console.log(HELP);
} else {
  try {
    await measureAll();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

async function measureAll(): Promise<void> {
  using folder = makeDiskFolder();
  const command = values.source
    ? sourceCommand()
    : await installCommand(`${folder.path}/installed`);
  for (const bench of benches.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const onRun = (run: number, of: number): void => showProgress(`${bench.name} ${run}/${of} …`);
    const repetition = { command, short: values.short, runs: wantedRuns(), onRun };
    const result = await repeat(bench, repetition);
    if (values.write) await writeResult(result);
    console.log(values.json ? JSON.stringify(result) : describe(result));
  }
}

/** A person who waits wants to know for what; nobody else does. */
function showProgress(line: string): void {
  if (process.stderr.isTTY) console.error(line);
}

function wantedRuns(): number | undefined {
  return values.runs === undefined ? undefined : Number(values.runs);
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
