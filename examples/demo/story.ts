import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

const LABEL_WIDTH = 12;

/** Prints what happens, with the seconds since the start; colours only where a person reads. */
export class Story {
  readonly #start = performance.now();

  get seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }

  title(text: string, introduction?: string): void {
    console.log(`\n${styleText('bold', text)}\n`);
    if (introduction !== undefined) console.log(`${styleText('dim', introduction)}\n`);
  }

  tell(label: string, text: string, style: Style = 'cyan'): void {
    const time = styleText('dim', `${this.seconds.toFixed(1).padStart(5)} s`);
    console.log(`${time}  ${styleText(style, label.padEnd(LABEL_WIDTH))} ${text}`);
  }

  fact(isTrue: boolean, text: string): void {
    console.log(`  ${isTrue ? styleText('green', '✓') : styleText('red', '✗')} ${text}`);
  }

  quote(text: string): void {
    for (const line of text.trim().split(/[\r\n]+/)) console.log(`           | ${line}`);
  }

  /** Columns as wide as their widest cell, the first row as their heading. */
  table(rows: readonly (readonly string[])[]): void {
    const [heading = []] = rows;
    const widths = heading.map((_, column) =>
      Math.max(...rows.map((row) => row[column]?.length ?? 0)),
    );
    for (const row of rows) {
      const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
      const line = `  ${cells.join('   ').trimEnd()}`;
      console.log(row === heading ? styleText('dim', line) : line);
    }
  }

  line(text: string): void {
    console.log(`\n  ${styleText('bold', text)}`);
  }
}
