/**
 * Words what the parser complains of in one line, without repeating what might be a token typed
 * in the wrong place.
 */
export function toUsageMessage(message: string): string {
  return message
    .replace(/^error: /, '')
    .replace(/ but got \d+: .*$/s, '.')
    .replace(/'(--?[\w-]+)=[^']*'/, "'$1'")
    .replace(/\bgl[a-z]{1,6}-[\w.-]+/g, '[MASKED]')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\.?$/, '; --help shows what there is.');
}
