/** `npm run soak -- [--minutes N] [--source] [--json] [--write]` */
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { installCommand, sourceCommand } from '../frame/command.ts';
import { makeDiskFolder } from '../frame/disk-folder.ts';
import { replaceParts } from '../page/performance-page.ts';
import { markdownTable, textTable } from '../page/table.ts';
import { soakCells, soakFailures } from './describe-soak.ts';
import { runSoak, type SoakReport } from './soak-run.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    json: { type: 'boolean', default: false },
    source: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

using scratch = makeDiskFolder();
const folder = scratch.path;
const command = values.source ? sourceCommand() : await installCommand(join(folder, 'installed'));
const report = await runSoak({ command, folder }, Number(values.minutes) * 60, (line) =>
  console.error(line),
);
const failures = soakFailures(report);
const cells = soakCells(report);
if (values.write) await write();
console.log(values.json ? JSON.stringify({ ...report, failures }) : describe(report));
process.exitCode = failures.length === 0 ? 0 : 1;

function describe({ requests, seconds }: SoakReport): string {
  const verdict = failures.length === 0 ? 'every result was right' : failures.join('\n');
  return `${textTable(cells)}\n${requests} requests in ${Math.round(seconds)} s; ${verdict}`;
}

async function write(): Promise<void> {
  const day = new Date().toISOString().slice(0, 10);
  const { requests, wrong } = report;
  const facts = `${values.minutes} minutes, ${requests.toLocaleString('en')} requests, ${wrong.length} wrong results, ${day}`;
  await replaceParts({ soak: `_${facts}_\n\n${markdownTable(cells)}` });
}
