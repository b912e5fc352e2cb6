// Packs and unpacks 1 GiB: node --conditions=@fellrunner/source packages/archive/bench/pack.ts
// Options: --json, --mib N, --level L.
import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { packZip, parseCompressionLevel, selectFiles, unpackZip } from '@fellrunner/archive';
import { writeMaterial } from './material.ts';

interface Measured {
  readonly what: string;
  readonly seconds: number;
  readonly megabytesPerSecond: number;
  readonly cpuSeconds?: number;
  readonly peakMegabytes?: number;
  readonly archiveBytes: number;
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    mib: { type: 'string', default: '1024' },
    level: { type: 'string', default: 'default' },
    measure: { type: 'string' },
    folder: { type: 'string', default: '' },
  },
});
const totalBytes = Number(values.mib) * 1024 * 1024;

if (values.measure === undefined) measureAll();
else console.log(JSON.stringify(await measure(values.measure, values.folder)));

/** Each measurement has a process of its own, so that its memory is its own. */
function measureAll(): void {
  const folder = mkdtempSync(join(tmpdir(), 'fellrunner-bench-'));
  try {
    writeMaterial(join(folder, 'material'), totalBytes);
    const rows = ['pack', 'unpack'].map((what) => measureApart(what, folder));
    const infoZip = measureInfoZip(folder);
    if (infoZip !== undefined) rows.push(infoZip);
    if (values.json) console.log(JSON.stringify(rows));
    else console.table(rows);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measureApart(what: string, folder: string): Measured {
  const script = fileURLToPath(import.meta.url);
  const options = [
    '--measure',
    what,
    '--folder',
    folder,
    '--mib',
    values.mib,
    '--level',
    values.level,
  ];
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...process.execArgv, script, ...options],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`Measuring ${what} failed: ${stderr}`);
  return JSON.parse(stdout);
}

async function measure(what: string, folder: string): Promise<Measured> {
  const archive = join(folder, 'material.zip');
  const material = join(folder, 'material');
  const work = what === 'pack' ? pack : unpack;
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  await work(material, archive);
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  return {
    what: `${what} (${values.level})`,
    seconds,
    megabytesPerSecond: totalBytes / 1e6 / seconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    archiveBytes: statSync(archive).size,
  };
}

async function pack(material: string, archive: string): Promise<void> {
  const level = parseCompressionLevel(values.level) ?? 'default';
  const { entries } = await selectFiles({ root: material, paths: ['.'] });
  await pipeline(packZip(entries, { level }), createWriteStream(archive));
}

async function unpack(material: string, archive: string): Promise<void> {
  await unpackZip({ file: archive, into: `${material}-unpacked` });
}

/** Info-ZIP's `zip`, on one core, where it is installed. */
function measureInfoZip(folder: string): Measured | undefined {
  const archive = join(folder, 'info-zip.zip');
  const startedAt = performance.now();
  const { error } = spawnSync('zip', ['-qr', archive, '.'], { cwd: join(folder, 'material') });
  if (error !== undefined) return undefined;
  const seconds = (performance.now() - startedAt) / 1000;
  const megabytesPerSecond = totalBytes / 1e6 / seconds;
  return { what: 'zip -r', seconds, megabytesPerSecond, archiveBytes: statSync(archive).size };
}
