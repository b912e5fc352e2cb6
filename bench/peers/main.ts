/** `npm run bench:peers -- --coordinator BIN [--rust BIN] [--go BIN] [SCENARIO…]` */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { installCommand, sourceCommand } from '../frame/command.ts';
import { makeDiskFolder } from '../frame/disk-folder.ts';
import { startWatch } from '../frame/stopwatch.ts';
import { machineTable } from '../page/machine.ts';
import { timesText } from '../page/number-text.ts';
import { replaceParts } from '../page/performance-page.ts';
import { markdownTable, textTable } from '../page/table.ts';
import { commandLines } from './command-lines.ts';
import { compare, standingCells, type Standing } from './compare.ts';
import { scenarios, type Scenario } from './scenarios.ts';

const { positionals: names, values } = parseArgs({
  allowPositionals: true,
  options: {
    coordinator: { type: 'string' },
    rust: { type: 'string' },
    go: { type: 'string' },
    help: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    runs: { type: 'string', default: '3' },
    short: { type: 'boolean', default: false },
    source: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

const HELP = `npm run bench:peers -- --coordinator BIN [--rust BIN] [--go BIN] [SCENARIO…] [OPTIONS]

Gives other runners and this one the same work, in turn, by a coordinator that knows none of them.

${scenarios.map(({ about, name }) => `  ${name.padEnd(13)} ${about}`).join('\n')}

  --rust BIN, --go BIN  a runner on the Rust crate, and the official gitlab-runner
  --runs N   how often each (default: 3)     --short   less of everything
  --source   our source instead of the installed command
  --json     one line of JSON for each scenario
  --write    put the rows into docs/performance.md
`;

const wanted = scenarios.filter(({ name }) => names.length === 0 || names.includes(name));
if (values.help || values.coordinator === undefined || wanted.length < names.length) {
  console.error(HELP);
  process.exitCode = values.help ? 0 : 2;
} else {
  await compareAll(values.coordinator);
}

async function compareAll(coordinator: string): Promise<void> {
  using scratch = makeDiskFolder();
  const folder = scratch.path;
  const ours = values.source ? sourceCommand() : await installCommand(join(folder, 'installed'));
  const programs = { ours, rust: values.rust, go: values.go, folder };
  const { short } = values;
  for (const scenario of wanted) {
    const seconds = startWatch();
    const standings = await compare(scenario, {
      coordinator,
      programs,
      short,
      runs: Number(values.runs),
      onFailure: (name, message) => console.error(`${scenario.name}: ${name}: ${message}`),
    });
    const cells = standingCells(scenario, standings);
    if (values.write) await write(scenario, standings);
    const title = `\n${scenario.name}: ${scenario.about} (${Math.round(seconds())} s)`;
    console.log(
      values.json
        ? JSON.stringify({ name: scenario.name, standings })
        : `${title}\n${textTable(cells)}`,
    );
  }
}

async function write(scenario: Scenario, standings: readonly Standing[]): Promise<void> {
  const day = new Date().toISOString().slice(0, 10);
  const times = timesText(Number(values.runs), values.short);
  const peers = values.go === undefined ? '' : `; ${officialVersion(values.go)}`;
  const contestants = standings.map(({ contestant }) => contestant);
  const parts = [
    `_${scenario.about}; ${times}, ${day}${peers}_`,
    markdownTable(standingCells(scenario, standings)),
    `\`\`\`sh\n${commandLines(scenario, contestants).join('\n')}\n\`\`\``,
  ];
  await replaceParts({ machine: machineTable(), [`peers ${scenario.name}`]: parts.join('\n\n') });
}

function officialVersion(program: string): string {
  const text = execFileSync(program, ['--version'], { encoding: 'utf8' });
  return `gitlab-runner ${/^Version:\s*(\S+)/m.exec(text)?.[1] ?? 'of an unknown version'}`;
}
