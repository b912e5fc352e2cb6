/** The escape sequences of gitlab-runner's logs, which tools and eyes are used to. */
export const ANSI = {
  boldRed: '\x1b[31;1m',
  boldGreen: '\x1b[32;1m',
  boldCyan: '\x1b[36;1m',
  yellow: '\x1b[0;33m',
  reset: '\x1b[0;m',
  clear: '\x1b[0K',
} as const;

/** A line of the runner's own, as opposed to one of the job's shell. */
export function plainLine(text: string): string {
  return `${ANSI.clear}${text}${ANSI.reset}\n`;
}

/** What a stage says that it does, and each line of the user's script. */
export function noticeLine(text: string): string {
  return `${ANSI.boldGreen}${text}${ANSI.reset}\n`;
}

/** A warning of a stage's script, which gitlab-runner writes without a word for it. */
export function cautionLine(text: string): string {
  return `${ANSI.yellow}${text}${ANSI.reset}\n`;
}

export function warningLine(text: string): string {
  return cautionLine(`WARNING: ${text}`);
}

export function errorLine(text: string): string {
  return `${ANSI.boldRed}ERROR: ${text}${ANSI.reset}\n`;
}

export type HelperLevel = 'info' | 'warning' | 'error' | 'fatal';

const HELPER_LEVELS: Readonly<Record<HelperLevel, { colour: string; prefix: string }>> = {
  info: { colour: '', prefix: '' },
  warning: { colour: ANSI.yellow, prefix: 'WARNING: ' },
  error: { colour: ANSI.boldRed, prefix: 'ERROR: ' },
  fatal: { colour: ANSI.boldRed, prefix: 'FATAL: ' },
};

/** Where the fields of a helper's line begin. */
const HELPER_WIDTH = 50;

/** A line as gitlab-runner's helper programs write it, who pack, unpack and upload. */
export function helperLine(
  level: HelperLevel,
  message: string,
  fields: Readonly<Record<string, string | number>> = {},
): string {
  const { colour, prefix } = HELPER_LEVELS[level];
  const shown = Object.entries(fields).map(
    ([key, value]) => ` ${colour}${key}${ANSI.reset}=${value}`,
  );
  const text = message.padEnd(HELPER_WIDTH - prefix.length);
  return `${colour}${prefix}${text}${ANSI.reset} ${shown.join('')}\n`;
}
