import { parseArgs } from 'node:util';
import { compileSecrets, SecretMasker } from '../src/trace/mask-secrets.ts';
import { createMaskRules, createTraceFilter } from '../src/trace/trace-filter.ts';
import { LineTimestamper } from '../src/trace/timestamp-lines.ts';
import type { ByteTransform } from '../src/trace/byte-transform.ts';
import { compileOutput, createRandom, noise, someSecrets } from './trace-text.ts';

const { values } = parseArgs({
  options: {
    mib: { type: 'string', default: '256' },
    runs: { type: 'string', default: '5' },
    chunk: { type: 'string', default: '65536' },
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
  const random = createRandom(20);
  const texts = { build: compileOutput(sampleBytes, random), noise: noise(sampleBytes, random) };
  for (const [kind, text] of Object.entries(texts)) {
    for (const count of [0, 1, 20, 200, 1000]) {
      const secrets = someSecrets(count, createRandom(count + 1));
      const compiled = compileSecrets(secrets);
      const rules = createMaskRules({ secrets });
      const name = `${kind}, ${count} secrets`;
      yield { name: `mask ${name}`, text, create: () => new SecretMasker(compiled) };
      yield { name: `whole filter ${name}`, text, create: () => createTraceFilter({ rules }) };
    }
  }
  yield* oddCases(texts.build);
}

function* oddCases(build: Buffer): Generator<Case> {
  const secrets = someSecrets(20, createRandom(21));
  const rules = createMaskRules({ secrets });
  const stamped = () => ({
    timestamper: new LineTimestamper(Date.now),
    stream: { number: 1, type: 'O' } as const,
  });
  const leaky = Buffer.from(leak(build.toString(), secrets));
  yield {
    name: 'whole filter build, 20 secrets, timestamps',
    text: build,
    create: () => createTraceFilter({ rules, timestamps: stamped() }),
  };
  yield {
    name: 'whole filter build, 20 secrets, one in 50 lines',
    text: leaky,
    create: () => createTraceFilter({ rules }),
  };
  const same = createMaskRules({ secrets: ['a'.repeat(40), `${'a'.repeat(300)}b`] });
  yield {
    name: 'whole filter all a, secrets of a',
    text: Buffer.alloc(sampleBytes, 'a'),
    create: () => createTraceFilter({ rules: same }),
  };
}

function leak(text: string, secrets: readonly string[]): string {
  const line = (i: number) => `export TOKEN=${secrets[i % secrets.length]}`;
  return text
    .split('\n')
    .flatMap((each, i) => (i % 50 === 0 ? [each, line(i / 50)] : [each]))
    .join('\n');
}

/** Writes the text again and again until the total is reached; gives the rate in MB/s. */
function run({ text, create }: Case): number {
  const filter = create();
  const startedAt = process.hrtime.bigint();
  let written = 0;
  for (
    let from = 0;
    written < totalBytes;
    from = from + chunkBytes >= text.length ? 0 : from + chunkBytes
  ) {
    const chunk = text.subarray(from, from + chunkBytes);
    filter.write(chunk);
    written += chunk.length;
  }
  filter.end();
  return written / 1e6 / (Number(process.hrtime.bigint() - startedAt) / 1e9);
}

function measure(each: Case): Figures {
  run(each);
  const rates = Array.from({ length: Number(values.runs) }, () => run(each)).sort((a, b) => a - b);
  const medianMBs = rates[rates.length >> 1]!;
  return {
    name: each.name,
    minMBs: rates[0]!,
    medianMBs,
    maxMBs: rates.at(-1)!,
    nsPerMB: 1e9 / medianMBs,
  };
}

function print(figures: Figures): void {
  const { name, minMBs, medianMBs, maxMBs, nsPerMB } = figures;
  const cells = [minMBs, medianMBs, maxMBs, nsPerMB].map((n) => n.toFixed(0).padStart(8));
  process.stdout.write(`${name.padEnd(50)}${cells.join('')}\n`);
}

if (!values.json) {
  process.stdout.write(`${'MB/s'.padEnd(50)}     min  median     max   ns/MB\n`);
}
for (const each of cases()) {
  const figures = measure(each);
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  else print(figures);
}
