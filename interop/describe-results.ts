import type { Result } from './scenario.ts';

const head = `# Programs of others

What other people's runners and libraries do on our emulator, and what our runner does on another
emulator. Each row was seen in one run on Linux of:

\`\`\`sh
npm run interop -- --official /path/to/gitlab-runner
\`\`\`

The command builds and installs what it needs by name, with the machine's own \`cargo\` and \`pip\`, in
\`~/.cache/fellrunner-interop\`, and leaves out what the machine lacks; \`--only NAME\` runs one program
(\`gitlab-runner\`, \`rust-crate\`, \`rust-mock\`, \`gitlab_runner_api\`, \`python-gitlab\`) and writes nothing.
It ends with 1 where a scenario failed. It is no part of \`.ci/run\`, which needs nothing of others.

A defect is the program's own: the run sees that it does exactly what is written, and that the server
keeps its word meanwhile. This file is written by the command.
`;

/** The document of a run: the same for the same results. */
export function describeResults(results: readonly Result[]): string {
  const titles = [...new Set(results.map(({ program }) => program))];
  return [head, ...titles.map((title) => section(title, results))].join('\n');
}

const columns = ['scenario', 'result'];

function section(title: string, results: readonly Result[]): string {
  const rows = results.filter(({ program }) => program === title);
  const version = rows[0]?.version ?? '–';
  const cells = [columns, ...rows.map((row) => [row.scenario, words(row)])];
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => (row[at] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const heading = version === '–' ? `## ${title}` : `## ${title}\n\nVersion ${version}.`;
  const [first = '', ...others] = cells.map(line);
  return [heading, '', first, rule, ...others, ''].join('\n');
}

function words({ verdict }: Result): string {
  switch (verdict.kind) {
    case 'passed':
      return 'passed';
    case 'defect':
      return `its own defect: ${verdict.reason}`;
    case 'skipped':
      return `skipped: ${verdict.reason}`;
    case 'failed':
      return `**failed**: ${verdict.reason.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')}`;
  }
}
