import { parseArgs } from 'node:util';
import type { ByteTransform } from '../src/trace/byte-transform.ts';
import { compileSecrets, SecretMasker } from '../src/trace/mask-secrets.ts';
import { SeededRandom } from '../src/trace/testing/seeded-random.ts';
import { LineTimestamper } from '../src/trace/timestamp-lines.ts';
import { createMaskRules, createTraceFilter } from '../src/trace/trace-filter.ts';
import { compileOutput, noise, someSecrets } from './trace-text.ts';

const { values } = parseArgs({
  options: {
    mib: { type: 'string', default: '256' },
    runs: { type: 'string', default: '5' },
    chunk: { type: 'string', default: '65536' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const totalBytes = Number(values.mib) * 2 ** 20;
const chunkBytes = Number(values.chunk);
const sampleBytes = 2 ** 23;

interface Case {
  readonly name: string;
  readonly text: Buffer;
  readonly create: () => ByteTransform;
}

interface Figures {
  readonly name: string;
  readonly minMBs: number;
  readonly medianMBs: number;
  readonly maxMBs: number;
  readonly nsPerMB: number;
}

function* cases(): Generator<Case> {
  const random = new SeededRandom(20);
  const build = compileOutput(sampleBytes, random);
  for (const count of [0, 1, 20, 200, 1000]) yield* bySecrets('build', build, count);
  const binary = noise(sampleBytes, random);
  for (const count of [0, 1, 20, 200, 1000]) yield* bySecrets('noise', binary, count);
  yield* oddCases(build);
}

function* bySecrets(kind: string, text: Buffer, count: number): Generator<Case> {
  const secrets = someSecrets(count, new SeededRandom(count));
  const compiled = compileSecrets(secrets);
  const rules = createMaskRules({ secrets });
  const name = `${kind}, ${count} secrets`;
  yield { name: `mask ${name}`, text, create: () => new SecretMasker(compiled) };
  yield { name: `whole filter ${name}`, text, create: () => createTraceFilter({ rules }) };
}

function* oddCases(build: Buffer): Generator<Case> {
  const secrets = someSecrets(20, new SeededRandom(21));
  const rules = createMaskRules({ secrets });
  const create = () => createTraceFilter({ rules });
  const createStamped = () => {
    const timestamper = new LineTimestamper(Date.now);
    return createTraceFilter({
      rules,
      timestamps: { timestamper, stream: { number: 1, type: 'O' } },
    });
  };
  yield { name: 'whole filter build, 20 secrets, timestamps', text: build, create: createStamped };
  const leaky = leak(build, secrets);
  yield { name: 'whole filter build, 20 secrets, one in 50 lines', text: leaky, create };
  const same = compileSecrets(['a'.repeat(40), `${'a'.repeat(300)}b`]);
  const all = Buffer.alloc(sampleBytes, 'a');
  yield { name: 'mask all a, secrets of a', text: all, create: () => new SecretMasker(same) };
}

function leak(text: Buffer, secrets: readonly string[]): Buffer {
  const lines = text
    .toString()
    .split('\n')
    .flatMap((line, i) =>
      i % 50 === 0 ? [line, `export TOKEN=${secrets[(i / 50) % secrets.length]}`] : [line],
    );
  return Buffer.from(lines.join('\n'));
}

/** Writes the text again and again until the total is reached; gives the rate in MB/s. */
function run({ text, create }: Case): number {
  const filter = create();
  const startedAt = performance.now();
  let written = 0;
  for (let from = 0; written < totalBytes; from += chunkBytes) {
    if (from >= text.length) from = 0;
    const chunk = text.subarray(from, from + chunkBytes);
    filter.write(chunk);
    written += chunk.length;
  }
  filter.end();
  return written / 1e3 / (performance.now() - startedAt);
}

function measure(each: Case): Figures {
  run(each);
  const rates = Array.from({ length: Number(values.runs) }, () => run(each));
  const sorted = rates.toSorted((a, b) => a - b);
  const at = (index: number) => sorted.at(index) ?? NaN;
  const medianMBs = at(sorted.length >> 1);
  return { name: each.name, minMBs: at(0), medianMBs, maxMBs: at(-1), nsPerMB: 1e9 / medianMBs };
}

function print({ name, minMBs, medianMBs, maxMBs, nsPerMB }: Figures): void {
  const cells = [minMBs, medianMBs, maxMBs, nsPerMB].map((n) => n.toFixed(0).padStart(10));
  process.stdout.write(`${name.padEnd(50)}${cells.join('')}\n`);
}

if (!values.json) {
  process.stdout.write(`${'MB/s'.padEnd(50)}       min    median       max     ns/MB\n`);
}
for (const each of cases()) {
  if (!each.name.includes(values.only)) continue;
  const figures = measure(each);
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  else print(figures);
}
