import { styleText } from 'node:util';

import { printable } from '../terminal/printable.ts';
import { formatLocalTime } from '../terminal/time-text.ts';

/** A record as pino writes it. */
export interface LogRecord {
  readonly level: LogLevel;
  /** In milliseconds since 1970. */
  readonly time: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const COLORS = { debug: 'dim', info: 'green', warn: 'yellow', error: 'red' } as const;

/** Fields that say who wrote a record, not what happened. */
const OWN = new Set(['level', 'time', 'msg']);

/**
 * A record as one line for people: local time, level, message, and the fields as `key=value`. A
 * stack is shown only where debug records are.
 */
export function toTextLine(
  record: LogRecord,
  { colors, withStack }: { readonly colors: boolean; readonly withStack: boolean },
): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
    colors ? styleText(style, text, { validateStream: false }) : text;
  const { level, time, msg, stack } = record;
  const fields = Object.entries(record)
    .filter(([key, value]) => !OWN.has(key) && key !== 'stack' && value !== undefined)
    .map(([key, value]) => paint('dim', `${key}=${toValue(value)}`));
  const head = [paint('dim', formatLocalTime(time)), paint(COLORS[level], level.padEnd(5))];
  const line = [...head, printable(msg), ...fields].join(' ');
  return withStack && typeof stack === 'string' ? `${line}\n${stack}` : line;
}

function toValue(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[^\s"=]+$/.test(text) ? printable(text) : JSON.stringify(text);
}
