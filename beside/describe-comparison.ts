import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { ASPECTS, needlessReasons, type Comparison, type Likeness } from './compare.ts';
import { knownDifferences } from './known-differences.ts';
import type { RecordedFacts } from './recorded-facts.ts';
import type { Scenario, Theme } from './scenario.ts';
import { nameOf, themes } from './scenarios/all-themes.ts';

/** One comparison for the terminal: a line, and below it what nobody has explained. */
export function describeComparison(
  name: string,
  scenario: Scenario,
  comparison: Comparison,
): string {
  const cells = ASPECTS.map((aspect) => `${aspect} ${comparison.likeness[aspect]}`);
  const isWrong = Object.values(comparison.likeness).includes('wrong');
  return [
    `${isWrong ? 'WRONG' : 'ok'}  ${name}: ${cells.join(', ')}`,
    ...(isWrong ? comparison.lines.map((line) => `      ${line}`) : []),
    ...needlessReasons(scenario, comparison).map((it) => `      ${it} needs no reason any more`),
  ].join('\n');
}

const DOCUMENT = join(dirname(import.meta.dirname), 'docs/shell-executor.md');
const BEGIN = '<!-- beside: written by npm run beside -->';
const END = '<!-- beside: end -->';

/** Puts the tables into the document, between its two marks. */
export function writeTables(facts: RecordedFacts): void {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [before = '', rest = ''] = text.split(BEGIN);
  const [, after = ''] = rest.split(END);
  writeFileSync(DOCUMENT, `${before}${renderTables(facts)}${after}`);
}

/** The document's part that is written by the command, marks included. */
export function renderTables(facts: RecordedFacts): string {
  return [
    BEGIN,
    '',
    summary(facts),
    ...themes.flatMap((theme) => ['', `### ${theme.name}`, '', ...tableOf(theme, facts)]),
    '',
    '### Differences of the logs',
    '',
    ...knownDifferences.map(({ name, why }) => `- **${name}**: ${why}`),
    '',
    END,
  ].join('\n');
}

function summary({ scenarios, version }: RecordedFacts): string {
  const all = Object.values(scenarios);
  const alike = all.filter(({ likeness }) => Object.values(likeness).every((it) => it === 'alike'));
  return `${all.length} scenarios beside gitlab-runner ${version}: ${alike.length} alike in all, ${all.length - alike.length} with a difference that is meant.`;
}

function tableOf(theme: Theme, { scenarios }: RecordedFacts): readonly string[] {
  const rows = theme.scenarios.map((scenario) => {
    const fact = scenarios[nameOf(theme, scenario)];
    if (fact === undefined) throw new Error(`"${scenario.title}" is not recorded.`);
    const cells = ASPECTS.map((aspect) => SIGNS[fact.likeness[aspect]]);
    const known = fact.known.filter((name) => !COMMON.has(name)).join(', ');
    const notes = [scenario.differs?.why ?? '', known].filter(Boolean).join(' — ');
    return [escaped(scenario.title), ...cells, escaped(notes)];
  });
  return renderTable([
    ['scenario', 'result', 'artifacts', 'cache', 'left behind', 'log', 'differences'],
    ...rows,
  ]);
}

const COMMON = new Set(knownDifferences.filter((it) => it.isCommon).map(({ name }) => name));

const SIGNS: Readonly<Record<Likeness, string>> = { alike: '=', meant: '≠', wrong: '**≠**' };

function escaped(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll(/([*_<])/g, String.raw`\$1`);
}

/** A table as prettier leaves it. */
function renderTable(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_unused, at) =>
    Math.max(3, ...rows.map((row) => (row[at] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [
    line(head),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...body.map(line),
  ];
}
