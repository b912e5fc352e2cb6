/** Columns that stand below one another in a terminal. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = columnWidths(rows);
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return rows.map((cells) => line(cells).trimEnd()).join('\n');
}

/** The same as Markdown; the first row is the headings. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = columnWidths(rows);
  const line = (cells: readonly string[], fill = ' '): string =>
    `|${cells.map((cell, column) => ` ${cell.padEnd(widths[column] ?? 0, fill)} `).join('|')}|`;
  const [headings = [], ...rest] = rows;
  const rule = headings.map(() => '');
  return [line(headings), line(rule, '-'), ...rest.map((cells) => line(cells))].join('\n');
}

function columnWidths(rows: readonly (readonly string[])[]): readonly number[] {
  const [headings = []] = rows;
  return headings.map((_unused, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
}
