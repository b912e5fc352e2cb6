import { join } from 'node:path';

import type { Bench } from '../frame/bench.ts';
import { runScript } from '../frame/run-script.ts';
import type { Sample } from '../frame/sample.ts';

const WRITERS = [1, 10, 100, 1000];
const SCRIPT = new URL('../limits/event-log-writers.ts', import.meta.url);

/** How many facts a second are on the disk. */
export const log: Bench = {
  name: 'log',
  about: 'events a second through the event log, each writer waiting for its own to be durable',
  async measure({ folder, short }) {
    const samples: Sample[] = [];
    for (const writers of WRITERS) {
      const measure = async (way: string): Promise<number> => {
        const args = [
          way,
          join(folder, `${way}-${writers}.db`),
          String(writers),
          short ? '0.5' : '1.5',
        ];
        return (await runScript<{ eventsPerS: number }>(SCRIPT, args)).eventsPerS;
      };
      const value = await measure('store');
      const limit = { what: 'SQLite alone, same rows and fsyncs', value: await measure('sqlite') };
      samples.push({
        what: `${writers.toLocaleString('en')} at once`,
        unit: 'events/s',
        value,
        limit,
      });
    }
    return samples;
  },
};
