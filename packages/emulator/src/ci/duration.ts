const SECONDS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    'seconds second secs sec s': 1,
    'minutes minute mins min m': 60,
    'hours hour hrs hr h': 3600,
    'days day dy d': 86_400,
    'weeks week wks wk w': 604_800,
    'months month mos mo': 2_592_000,
    'years year yrs yr y': 31_557_600,
  }).flatMap(([names, seconds]) => names.split(' ').map((name) => [name, seconds] as const)),
);
const CLOCK_UNITS = ['s', 'm', 'h', 'd', 'mo', 'y'];
const JOINING_WORDS = new Set(['and', 'with', 'plus']);

/**
 * Reads a duration as GitLab's `ChronicDuration` does: `1h 30m`, `3 hours 4 minutes`, `1:30:00`,
 * `1.5 days`, `2 hrs and 5 secs`; a number without a unit is seconds. Numbers as words are not read.
 *
 * @returns whole seconds, or undefined for another text and for no time at all.
 */
export function parseDuration(text: string): number | undefined {
  const words = splitWords(spellClock(text.toLowerCase()));
  if (!words.every(isKnown)) return undefined;
  const counted = words.filter((word) => !JOINING_WORDS.has(word));
  // "day" alone is one day.
  if (SECONDS.has(counted[0] ?? '')) counted.unshift('1');
  const seconds = counted.reduce((sum, word, index) => sum + worth(word, counted[index + 1]), 0);
  return seconds > 0 ? Math.trunc(seconds) : undefined;
}

function splitWords(text: string): string[] {
  const words = text
    .replaceAll(/\d*\.?\d+/g, ' $& ')
    .trim()
    .split(/\s+/);
  return words.map((word) => word.replaceAll(/^,|,$/g, '')).filter((word) => word !== '');
}

function isKnown(word: string): boolean {
  return isNumber(word) || SECONDS.has(word) || JOINING_WORDS.has(word);
}

function isNumber(word: string): boolean {
  return /^\d*\.?\d+$/.test(word);
}

function worth(word: string, unit = 's'): number {
  return isNumber(word) ? Number(word) * (SECONDS.get(unit) ?? 0) : 0;
}

/** Spells `3:41:59` out as hours, minutes and seconds. */
function spellClock(text: string): string {
  const parts = text.replaceAll(' ', '').split(':').toReversed();
  if (parts.length < 2 || !parts.every(isNumber) || parts.length > CLOCK_UNITS.length) return text;
  return parts
    .map((part, index) => `${part} ${CLOCK_UNITS[index]}`)
    .toReversed()
    .join(' ');
}
