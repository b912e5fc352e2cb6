import { readFileSync } from 'node:fs';

import { parseRace } from './race.ts';
import { rank, toTable } from './standings.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Usage: main.js FILE.csv');
process.stdout.write(toTable(rank(parseRace(readFileSync(file, 'utf8')))));
