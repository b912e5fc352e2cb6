import { parseDuration } from './duration.ts';

/** What one runner did; `seconds` is missing for one who retired. */
export interface Finish {
  readonly name: string;
  readonly club: string;
  readonly seconds?: number;
}

/** Reads lines of `name,club,h:mm:ss`, with `retired` for a time that is none. */
export function parseRace(csv: string): readonly Finish[] {
  const [, ...lines] = csv.trimEnd().split('\n');
  return lines.map((line) => {
    const [name = '', club = '', time = ''] = line.split(',');
    return time === 'retired' ? { name, club } : { name, club, seconds: parseDuration(time) };
  });
}
