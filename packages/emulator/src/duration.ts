const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const units: readonly (readonly [RegExp, number])[] = [
  [/^(?:s|secs?|seconds?)$/, 1],
  [/^(?:m|mins?|minutes?)$/, MINUTE],
  [/^(?:h|hrs?|hours?)$/, HOUR],
  [/^(?:d|days?|dy)$/, DAY],
  [/^(?:w|wks?|weeks?)$/, 7 * DAY],
  [/^(?:mo|mos|mths?|months?)$/, 30 * DAY],
  [/^(?:y|yrs?|years?)$/, 365.25 * DAY],
];

/**
 * Seconds of a duration as GitLab reads it (`7 days`, `2h20min`, `3 mins 4 sec`, `90`); undefined
 * for `never` and for what is no duration.
 */
export function parseDuration(text: string | number): number | undefined {
  if (typeof text === 'number') return text;
  let seconds = 0;
  let found = false;
  for (const [, amount = '', unit = ''] of text.toLowerCase().matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)/g)) {
    const size = unit === '' ? 1 : units.find(([pattern]) => pattern.test(unit))?.[1];
    if (size === undefined) return undefined;
    seconds += Number(amount) * size;
    found = true;
  }
  return found ? seconds : undefined;
}
