/** `npm run chaos -- [--kills N] [--seed S] [--two-phase] [--json]` */
import { parseArgs } from 'node:util';

import { runChaos, type ChaosReport } from './chaos-run.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '25' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    'two-phase': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const report = await runChaos({
  kills: Number(values.kills),
  seed: Number(values.seed),
  twoPhase: values['two-phase'],
  onProgress: (line) => console.error(line),
});
console.log(values.json ? JSON.stringify(report) : describe(report));
process.exitCode = isClean(report, values['two-phase']) ? 0 : 1;

function isClean(it: ChaosReport, twoPhase: boolean): boolean {
  const faults = [it.wrong, it.committedTwice, it.leftoverProcesses, it.leftoverFolders];
  return faults.every((list) => list.length === 0) && !(twoPhase && it.lostInFlight.length > 0);
}

function describe(it: ChaosReport): string {
  const share = ((100 * it.lostInFlight.length) / it.kills).toFixed(1);
  return [
    `seed ${it.seed}: ${it.kills} kills, ${it.jobs} jobs, ${it.seconds} s`,
    `requests ${it.requests}, of which answered with a fault ${it.faultyAnswers}`,
    `lost in flight ${it.lostInFlight.length} (${share} % of the kills) ${it.lostInFlight.join(' ')}`,
    `bodies of once begun again ${it.begunAgain}, committed twice ${it.committedTwice.length}`,
    `wrong results or logs ${it.wrong.length}`,
    `processes left ${it.leftoverProcesses.length}, folders left ${it.leftoverFolders.length}`,
    ...[...it.wrong, ...it.committedTwice, ...it.leftoverProcesses, ...it.leftoverFolders].map(
      (line) => `  ${line}`,
    ),
  ].join('\n');
}
