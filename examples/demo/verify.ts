import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

import { openZip } from '@fellrunner/archive';
import type { EmulatedJob, EmulatedPipeline } from '@fellrunner/emulator';

import type { Device } from './device.ts';
import type { Absence } from './kill-in-the-middle.ts';
import { isWhole, numberedLines } from './numbered-lines.ts';

/** Something that must be true of the run, in words that hold what was measured. */
export interface Fact {
  readonly isTrue: boolean;
  readonly text: string;
}

interface Evidence {
  readonly pipeline: EmulatedPipeline;
  readonly device: Device;
  readonly absences: { readonly season: Absence; readonly device: Absence };
  /** How the runners ended when told to stop. */
  readonly exits: readonly (number | string | null)[];
  /** For archives that are looked into. */
  readonly folder: string;
}

const PROJECT = 'examples/demo-project';

/** Holds what is at GitLab against what the programs themselves have kept. */
export async function verify(evidence: Evidence): Promise<readonly Fact[]> {
  const { absences, device, exits, folder, pipeline } = evidence;
  const season = jobOf(pipeline, 'season');
  const tried = jobOf(pipeline, 'on-device');
  const kept = await fileOf(season, `${PROJECT}/season.txt`, folder);
  const tarball = await fileOf(jobOf(pipeline, 'package'), `${PROJECT}/fellrace.tar.gz`, folder);
  return [
    allSucceeded(pipeline),
    await allTestsPassed(jobOf(pipeline, 'test')),
    isComplete(season, absences.season),
    isKept(season, kept),
    isComplete(tried, absences.device),
    isWhatTheDevicePrinted(tried, device),
    isInstalledOnce(device, tarball),
    haveStopped(exits),
  ];
}

/** @throws where the pipeline has no job of the name. */
export function jobOf(pipeline: EmulatedPipeline, name: string): EmulatedJob {
  const job = pipeline.job(name);
  if (job === undefined) throw new Error(`The pipeline has no job ${name}.`);
  return job;
}

/** A file of a job's archive. */
async function fileOf(job: EmulatedJob, path: string, folder: string): Promise<Buffer> {
  const artifact = job.artifact();
  if (artifact === undefined) throw new Error(`The job ${job.name} has no archive.`);
  const zip = join(folder, `${job.name}.zip`);
  writeFileSync(zip, await artifact.read());
  await using archive = await openZip(zip);
  return await buffer(archive.open(path));
}

function allSucceeded({ jobs, status }: EmulatedPipeline): Fact {
  const succeeded = jobs.filter((job) => job.status === 'success').length;
  const isTrue = status === 'success' && succeeded === jobs.length;
  return { isTrue, text: `${succeeded} of ${jobs.length} jobs succeeded` };
}

async function allTestsPassed(job: EmulatedJob): Promise<Fact> {
  const report = await job.artifact('junit')?.read();
  const xml = report === undefined ? '' : gunzipSync(report).toString();
  const [, tests = '0', failures = '0'] = /tests="(\d+)" failures="(\d+)"/.exec(xml) ?? [];
  const isTrue = Number(tests) > 0 && failures === '0';
  return {
    isTrue,
    text: `${job.name}: the JUnit report counts ${tests} tests, ${failures} failed`,
  };
}

function isComplete({ name, trace }: EmulatedJob, { from, to }: Absence): Fact {
  const lines = numberedLines(trace);
  const alone = lines.filter(({ at }) => at > from && at < to).length;
  const text =
    `${name}: ${lines.length} of ${lines[0]?.of} numbered lines, once each and in order; ` +
    `${alone} of them were printed while no runner lived`;
  return { isTrue: isWhole(lines) && alone > 0, text };
}

function isKept({ name, traceBytes }: EmulatedJob, kept: Buffer): Fact {
  const size = kept.length.toLocaleString('en');
  const text = `${name}: the log holds, byte for byte, the ${size} bytes that the script kept`;
  return { isTrue: kept.length > 0 && traceBytes.includes(kept), text };
}

function isWhatTheDevicePrinted({ name, trace }: EmulatedJob, { runs }: Device): Fact {
  const [run] = runs;
  const expected = [
    `The device took ${run?.bytes} bytes, and starts run ${run?.run}.`,
    ...(run?.lines ?? []),
    '',
  ].join('\n');
  const text = `${name}: the log is, byte for byte, the handler's line and the device's ${run?.lines.length}`;
  return { isTrue: trace === expected, text };
}

function isInstalledOnce({ runs }: Device, tarball: Buffer): Fact {
  const [run] = runs;
  const sha256 = createHash('sha256').update(tarball).digest('hex');
  const text = `on-device: the package was installed ${runs.length === 1 ? 'once' : `${runs.length} times`}, as it was packed (sha256 ${run?.sha256.slice(0, 12)}…)`;
  return { isTrue: runs.length === 1 && run?.sha256 === sha256, text };
}

function haveStopped(exits: readonly (number | string | null)[]): Fact {
  const text = `the runners stopped when they were told to, with ${exits.join(' and ')}`;
  return { isTrue: exits.every((exit) => exit === 0), text };
}
