import { parseArgs } from 'node:util';
import type { ByteTransform } from '../src/trace/byte-transform.ts';
import { compileSecrets, SecretMasker } from '../src/trace/mask-secrets.ts';
import { secretForms } from '../src/trace/secret-forms.ts';
import { maskWhole } from '../src/trace/testing/mask-oracle.ts';
import { runWhole } from '../src/trace/testing/run-in-pieces.ts';
import { createMaskRules, createTraceFilter } from '../src/trace/trace-filter.ts';

type Random = (below: number) => number;

/** One text with its secrets, and what must come out however the text is cut. */
interface Scenario {
  readonly secrets: readonly string[];
  readonly text: Buffer;
  readonly runs: readonly { readonly expected: Buffer; readonly create: () => ByteTransform }[];
}

export interface CutsOptions {
  readonly count: number;
  readonly seed: number;
}

const SMALL_SCENARIOS = 400;
/** One run in this many is of a secret of a mebibyte. */
const LARGE_EVERY = 10_000;

/**
 * Cuts texts that are full of masked values in `count` random ways, and compares the output each
 * time with that of a plain search for the whole text.
 *
 * @throws Error naming seed and run where an output differs or holds a secret.
 */
export function checkCuts({ count, seed }: CutsOptions): void {
  const random = createRandom(seed);
  const small = Array.from({ length: SMALL_SCENARIOS }, () => smallScenario(random));
  const large = [repeatingScenario(random), linesScenario(random)];
  for (let run = 0; run < count; run++) {
    const scenarios = run % LARGE_EVERY === LARGE_EVERY - 1 ? large : small;
    const scenario = scenarios[random(scenarios.length)]!;
    const { expected, create } = scenario.runs[random(scenario.runs.length)]!;
    const output = cutRandomly(create(), scenario.text, random);
    if (!output.equals(expected)) throw new Error(describe({ run, seed, scenario, output }));
  }
}

/** Numbers below 2^32 that are the same for the same seed (xorshift). */
function createRandom(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b1) || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function createScenario(secrets: readonly string[], text: Buffer): Scenario {
  const compiled = compileSecrets(secrets);
  const rules = createMaskRules({ secrets });
  const masked = maskWhole(text, secrets.flatMap(secretForms));
  const bare = masked.toString('latin1').replaceAll('[MASKED]', '\u0100');
  const shown = secrets.find((secret) => bare.includes(Buffer.from(secret).toString('latin1')));
  if (shown !== undefined) throw new Error(`The expected output holds ${JSON.stringify(shown)}.`);
  const createFilter = () => createTraceFilter({ rules });
  return {
    secrets,
    text,
    runs: [
      { expected: masked, create: () => new SecretMasker(compiled) },
      { expected: runWhole(createFilter(), text), create: createFilter },
    ],
  };
}

/** Few letters, so that secrets overlap, repeat themselves, and begin and end each other. */
function smallScenario(random: Random): Scenario {
  const letters = ['ab', 'abc', 'abcd\n', 'aé🐤\n'][random(4)]!;
  const word = (most: number) => {
    const all = [...letters];
    return Array.from({ length: 1 + random(most) }, () => all[random(all.length)]).join('');
  };
  const base = [word(6), word(16), word(60), `${word(40)}\n${word(40)}`, 'abcabcabd'];
  const secrets = [...base, base[2]!.slice(0, 9), base[2]!.slice(2) + base[1]!, word(200)]
    .filter((secret) => secret.trim().length > 2)
    .slice(0, 2 + random(7));
  const forms = secrets.flatMap(secretForms);
  const parts = Array.from({ length: 4 + random(8) }, () => {
    const form = Buffer.from(forms[random(forms.length)]!);
    const begun = form.subarray(0, random(form.length + 1));
    const other = Buffer.from([word(12), '?private_token=', ' glpat-', '\xff', '\n'][random(5)]!);
    return Buffer.concat([random(2) ? form : begun, random(3) ? Buffer.of() : other]);
  });
  return createScenario(secrets, Buffer.concat(parts));
}

/** A mebibyte that begins again and again like itself, after and before false starts. */
function repeatingScenario(random: Random): Scenario {
  const unit = 'abcabcabd';
  const secret = `${unit.repeat(2 ** 20 / unit.length)}!${random(1000)}`;
  const text = `${unit.repeat(30)}${secret}${secret} ${secret.slice(0, 300_000)} ${unit}`;
  return createScenario([secret, 'abcabd', `${unit.repeat(40)}.`], Buffer.from(text));
}

/** A mebibyte in lines, as a masked file would be. */
function linesScenario(random: Random): Scenario {
  const lines = Array.from({ length: 2 ** 20 / 64 }, (_, i) => {
    const line = Array.from({ length: 3 }, () => random(2 ** 32).toString(36)).join('/');
    return `${line}+${i}`.padEnd(63, '=');
  });
  const secret = lines.join('\n');
  const text = `${lines.slice(5, 9).join(' ')}\n${secret}\n${secret.slice(1000, 200_000)}`;
  return createScenario([secret], Buffer.from(text));
}

const lengthLimits = [1, 2, 8, 64, 1024];

/** Writes the text in pieces of random lengths; small texts also byte by byte. */
function cutRandomly(transform: ByteTransform, text: Buffer, random: Random): Buffer {
  const most = text.length > 100_000 ? 2 ** (6 + random(15)) : lengthLimits[random(5)]!;
  const output: Uint8Array[] = [];
  for (let from = 0; from < text.length;) {
    const to = Math.min(text.length, from + 1 + random(most));
    output.push(transform.write(text.subarray(from, to)));
    from = to;
  }
  output.push(transform.end());
  return Buffer.concat(output);
}

interface Failure extends Pick<CutsOptions, 'seed'> {
  readonly run: number;
  readonly scenario: Scenario;
  readonly output: Buffer;
}

function describe({ run, seed, scenario, output }: Failure): string {
  const shown = (text: string) => JSON.stringify(text.slice(0, 2000));
  return [
    `Run ${run} of seed ${seed} gave another output.`,
    `secrets: ${scenario.secrets.map(shown).join(', ')}`,
    `text: ${shown(scenario.text.toString())}`,
    `output: ${shown(output.toString())}`,
  ].join('\n');
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '1' },
    },
  });
  const startedAt = performance.now();
  checkCuts({ count: Number(values.count), seed: Number(values.seed) });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${values.count} cuts, all with the same output, in ${seconds} s\n`);
}
