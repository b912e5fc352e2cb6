/**
 * Escape sequences that GitLab shows as colours in a job's log; `reset` ends each of them.
 *
 * @example
 * ```ts
 * await ctx.log.line(`${ansi.boldGreen}all 12 boards passed${ansi.reset}`);
 * ```
 */
export const ansi = {
  black: '\x1b[0;30m',
  red: '\x1b[0;31m',
  green: '\x1b[0;32m',
  yellow: '\x1b[0;33m',
  blue: '\x1b[0;34m',
  magenta: '\x1b[0;35m',
  cyan: '\x1b[0;36m',
  white: '\x1b[0;37m',
  boldBlack: '\x1b[30;1m',
  boldRed: '\x1b[31;1m',
  boldGreen: '\x1b[32;1m',
  boldYellow: '\x1b[33;1m',
  boldBlue: '\x1b[34;1m',
  boldMagenta: '\x1b[35;1m',
  boldCyan: '\x1b[36;1m',
  boldWhite: '\x1b[37;1m',
  reset: '\x1b[0;m',
  /** Clears the rest of the line; gitlab-runner begins its own lines with it. */
  clear: '\x1b[0K',
} as const;
