import { describe } from 'vitest';

import { endsAndOutages } from './contract/ends-and-outages.ts';
import type { CreateLog } from './contract/log-under-test.ts';
import { receivingAndAppending } from './contract/receiving-and-appending.ts';
import { whatAJobHasBesides } from './contract/what-a-job-has-besides.ts';

export type { CreateLog, LogUnderTest } from './contract/log-under-test.ts';

/** What every event log promises; `createLog` makes an empty one for each test. */
export function eventLogContract(name: string, createLog: CreateLog): void {
  describe(`${name}, as an event log`, () => {
    receivingAndAppending(createLog);
    whatAJobHasBesides(createLog);
    endsAndOutages(createLog);
  });
}
