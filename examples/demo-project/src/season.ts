// A whole season, a line for each race, at a pace that can be watched.
import { setTimeout as pause } from 'node:timers/promises';

import { formatDuration } from './duration.ts';
import type { Finish } from './race.ts';
import { rank } from './standings.ts';

const NAMES = ['Ada', 'Björn', 'Chloé', 'Dafydd', 'Eilidh', 'Fiadh', 'Gwen', 'Håkon'];
const [races = '100', pauseMs = '100'] = process.argv.slice(2);

/** The same race for the same number, on every machine. */
function simulate(number: number): readonly Finish[] {
  let state = number;
  return NAMES.map((name) => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return { name, club: 'Fell', seconds: 3600 + (state % 2400) };
  });
}

for (let number = 1; number <= Number(races); number += 1) {
  const [winner] = rank(simulate(number));
  const race = `race ${String(number).padStart(3, '0')}/${races}`;
  const time = formatDuration(winner?.seconds ?? 0);
  console.log(`${new Date().toISOString()} ${race} won by ${winner?.name} in ${time}`);
  await pause(Number(pauseMs));
}
