import { openZipEntry } from './zip-entry.ts';

import type { EmulatedJob, Emulator } from '@fellrunner/emulator';

/** A job of the load, and what must be seen of it at the end. */
export interface ChaosJob {
  readonly kind: 'shell' | 'handler';
  readonly job: EmulatedJob;
  readonly expectedOutput: string;
  /** Of `out/result.txt`; undefined for a job that leaves no file. */
  readonly expectedResult?: string;
}

/** A shell job that writes numbered lines for a while, then leaves a file. */
export function queueShellJob(gitlab: Emulator, lines: number, pauseS = 0.03): ChaosJob {
  const job = gitlab.job({
    name: `shell of ${lines}`,
    tags: ['shell'],
    script: [counting(lines, pauseS), LEAVE_RESULT],
    variables: { GIT_STRATEGY: 'empty' },
    artifacts: [{ paths: ['out/'] }],
  });
  return shellJob(job, lines);
}

/** The ways in which a script leaves something running, each of which notes its pid. */
const DAEMONS = [
  "setsid sh -c 'echo $$ > setsid.pid; exec sleep 600' > /dev/null 2>&1 &",
  "nohup sh -c 'echo $$ > nohup.pid; exec sleep 600' > /dev/null 2>&1 &",
  "( sh -c 'echo $$ > fork.pid; exec sleep 600' > /dev/null 2>&1 & );",
  'until test -s setsid.pid -a -s nohup.pid -a -s fork.pid; do sleep 0.02; done;',
].join(' ');

/** A shell job whose daemons must live for as long as it does, and no longer. */
export function queueShellWithDaemons(gitlab: Emulator, lines: number, tag: string): ChaosJob {
  const job = gitlab.job({
    name: `daemons for ${lines} lines`,
    tags: [tag],
    script: [
      `${DAEMONS} ${counting(lines, 0.03)}`,
      'kill -0 $(cat setsid.pid nohup.pid fork.pid)',
      LEAVE_RESULT,
    ],
    variables: { GIT_STRATEGY: 'empty' },
    artifacts: [{ paths: ['out/'] }],
  });
  return shellJob(job, lines);
}

const LEAVE_RESULT = 'mkdir -p out; echo "result of $CI_JOB_ID" > out/result.txt';

function counting(lines: number, pauseS: number): string {
  return `for i in $(seq 1 ${lines}); do echo "line $i of $CI_JOB_ID, grüße"; sleep ${pauseS}; done`;
}

function shellJob(job: EmulatedJob, lines: number): ChaosJob {
  const output = Array.from(
    { length: lines },
    (_, n) => `line ${n + 1} of ${job.id}, grüße
`,
  );
  return { kind: 'shell', job, expectedOutput: output.join(''), expectedResult: resultOf(job) };
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
  return { kind: 'handler', job, expectedOutput: output.join(''), expectedResult: resultOf(job) };
}

function resultOf({ id }: EmulatedJob): string {
  return `result of ${id}\n`;
}

/** What is wrong with a job at the end; nothing where all is as if nobody had been killed. */
export async function findFault(
  { kind, job, expectedOutput, expectedResult }: ChaosJob,
  model: string,
): Promise<string | undefined> {
  if (job.status !== 'success')
    return `is ${job.status} (${job.failureReason}): ${job.trace.slice(-200)}`;
  const expected = kind === 'handler' ? expectedOutput : fillIn(model, job, expectedOutput);
  const trace = kind === 'handler' ? job.trace : withoutTimes(job.trace);
  if (trace !== expected) return `has another log than expected${firstDifference(trace, expected)}`;
  const content = await openZipEntry(await job.artifact()?.read(), 'out/result.txt');
  return content === expectedResult ? undefined : `has another artifact: ${content}`;
}

const OUTPUT = '«output»';

/** The log of a shell job that nobody disturbed, with a gap where its own output goes. */
export function modelOf({ job, expectedOutput }: ChaosJob): string {
  if (job.status !== 'success') throw new Error(`Nobody disturbed this job:\n${job.trace}`);
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

/** A section's marks hold the time; runners and their slots differ. */
function withoutTimes(trace: string): string {
  return trace
    .replaceAll(/section_(start|end):\d+/g, 'section_$1:T')
    .replace(/(on fellrunner )[\w-]+/, '$1TOKEN')
    .replaceAll(/(builds\/[^/]+)\/\d+\//g, '$1/S/');
}

function firstDifference(actual: string, expected: string): string {
  let at = 0;
  while (at < actual.length && actual[at] === expected[at]) at += 1;
  const show = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - 40), at + 500));
  return ` at ${at} (${actual.length} instead of ${expected.length}): ${show(actual)} instead of ${show(expected)}`;
}
