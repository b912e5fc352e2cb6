import type { Logger } from '@fellrunner/core';
import { pino } from 'pino';

import { toTextLine, type LogLevel, type LogRecord } from './text-line.ts';

/** How the program's own log is written. */
export interface ProgramLogOptions {
  readonly level: LogLevel;
  readonly format: 'text' | 'json';
  readonly colors: boolean;
  /** Takes one record at a time, with its line ending. */
  readonly write: (line: string) => void;
}

/** The program's own log; `level` can be changed while it is used. */
export interface ProgramLog extends Logger {
  level: string;
}

/** Makes the log: JSON as pino writes it, or one readable line each. */
export function createProgramLog({ level, format, colors, write }: ProgramLogOptions): ProgramLog {
  const asText = (json: string): string => {
    const withStack = log.level === 'debug';
    return `${toTextLine(JSON.parse(json) as LogRecord, { colors, withStack })}\n`;
  };
  const log = pino(
    {
      level,
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      // The time of a JSON record is for programs to sort by, and for people to read.
      timestamp: () =>
        `,"time":${format === 'json' ? `"${new Date().toISOString()}"` : Date.now()}`,
    },
    { write: (json: string) => write(format === 'json' ? json : asText(json)) },
  );
  return log;
}
