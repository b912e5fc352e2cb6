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
It ends with 1 where a scenario failed. A defect is the program's own: the run sees that it does
exactly what is written, and that the server keeps its word meanwhile. This file is written by the
command.
`;

/** The document of a run: the same for the same results. */
export function describeResults(results: readonly Result[]): string {
  const titles = [...new Set(results.map(({ program }) => program))];
  return [head, ...titles.map((title) => section(title, results))].join('\n');
}

function section(title: string, results: readonly Result[]): string {
  const rows = results.filter(({ program }) => program === title);
  const version = rows[0]?.version ?? '–';
  const cells = rows.map((row) => [row.scenario, words(row)] as const);
  const widths = [0, 1].map((column) =>
    Math.max(8, ...cells.map((row) => [...(row[column] ?? '')].length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const name = `${title.charAt(0).toUpperCase()}${title.slice(1)}`;
  const heading = version === '–' ? `## ${name}` : `## ${name}\n\nVersion ${version}.`;
  return [heading, '', line(['scenario', 'result']), rule, ...cells.map(line), ''].join('\n');
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
