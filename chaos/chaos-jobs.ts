import { openZipEntry } from './zip-entry.ts';

import type { EmulatedJob, Emulator } from '@fellrunner/emulator';

/** A job of the load, and what must be seen of it at the end. */
export interface ChaosJob {
  readonly kind: 'shell' | 'handler';
  readonly job: EmulatedJob;
  readonly expectedOutput: string;
}

/** A shell job that writes numbered lines for a while, then leaves a file. */
export function queueShellJob(gitlab: Emulator, lines: number): ChaosJob {
  const job = gitlab.job({
    name: `shell of ${lines}`,
    tags: ['shell'],
    script: [
      `for i in $(seq 1 ${lines}); do echo "line $i of $CI_JOB_ID, grüße"; sleep 0.03; done`,
      'mkdir -p out; echo "result of $CI_JOB_ID" > out/result.txt',
    ],
    variables: { GIT_STRATEGY: 'empty' },
    artifacts: [{ paths: ['out/'] }],
  });
  const output = Array.from(
    { length: lines },
    (_unused, n) => `line ${n + 1} of ${job.id}, grüße\n`,
  );
  return { kind: 'shell', job, expectedOutput: output.join('') };
}

/** A handler's job of named pieces, each of which may be done once. */
export function queueHandlerJob(gitlab: Emulator, pieces: number, diary: string): ChaosJob {
  const job = gitlab.job({
    name: `handler of ${pieces}`,
    tags: ['handler'],
    script: ['pieces'],
    variables: { PIECES: String(pieces), DIARY: diary },
    artifacts: [{ paths: ['out/'] }],
  });
  const output = Array.from(
    { length: pieces },
    (_unused, n) => `piece ${n} begins, ${'·'.repeat(n % 7)}\npiece ${n} is done\n`,
  );
  return { kind: 'handler', job, expectedOutput: output.join('') };
}

/** What is wrong with a job at the end; nothing where all is as if nobody had been killed. */
export async function findFault(
  { kind, job, expectedOutput }: ChaosJob,
  model: string,
): Promise<string | undefined> {
  if (job.status !== 'success')
    return `is ${job.status} (${job.failureReason}): ${job.trace.slice(-200)}`;
  const expected = kind === 'handler' ? expectedOutput : fillIn(model, job, expectedOutput);
  const trace = kind === 'handler' ? job.trace : withoutTimes(job.trace);
  if (trace !== expected) return `has another log than expected${firstDifference(trace, expected)}`;
  const content = await openZipEntry(await job.artifact()?.read(), 'out/result.txt');
  return content === `result of ${job.id}\n` ? undefined : `has another artifact: ${content}`;
}

const OUTPUT = '«output»';

/** The log of a shell job that nobody disturbed, with a gap where its own output goes. */
export function modelOf({ job, expectedOutput }: ChaosJob): string {
  return withoutTimes(job.trace)
    .replace(expectedOutput, OUTPUT)
    .replaceAll(/seq 1 \d+/g, 'seq 1 N')
    .replaceAll(`id\u001B[0;m=${job.id}`, 'id\u001B[0;m=ID');
}

function fillIn(model: string, job: EmulatedJob, expectedOutput: string): string {
  const lines = expectedOutput.split('\n').length - 1;
  return model
    .replace(OUTPUT, expectedOutput)
    .replaceAll('seq 1 N', `seq 1 ${lines}`)
    .replaceAll('id\u001B[0;m=ID', `id\u001B[0;m=${job.id}`);
}

/** A section's marks hold the time; a slot's number depends on what else runs. */
function withoutTimes(trace: string): string {
  return trace
    .replaceAll(/section_(start|end):\d+/g, 'section_$1:T')
    .replaceAll(/(builds\/[^/]+)\/\d+\//g, '$1/S/');
}

function firstDifference(actual: string, expected: string): string {
  let at = 0;
  while (at < actual.length && actual[at] === expected[at]) at += 1;
  const show = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - 40), at + 500));
  return ` at ${at} (${actual.length} instead of ${expected.length}): ${show(actual)} instead of ${show(expected)}`;
}
