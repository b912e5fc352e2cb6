import { parseArgs } from 'node:util';

import type { ByteTransform } from '../src/trace/byte-transform.ts';
import { compileSecrets, SecretMasker } from '../src/trace/mask-secrets.ts';
import { secretForms } from '../src/trace/secret-forms.ts';
import { maskWhole } from '../src/trace/testing/mask-oracle.ts';
import { runWhole } from '../src/trace/testing/run-in-pieces.ts';
import { SeededRandom } from '../src/trace/testing/seeded-random.ts';
import { createMaskRules, createTraceFilter } from '../src/trace/trace-filter.ts';

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
  const random = new SeededRandom(seed);
  const small = Array.from({ length: SMALL_SCENARIOS }, () => smallScenario(random));
  const large = [repeatingScenario(random), linesScenario(random)];
  for (let run = 1; run <= count; run++) {
    const scenario = random.pick(run % LARGE_EVERY === 0 ? large : small);
    const { expected, create } = random.pick(scenario.runs);
    const output = cutRandomly(create(), scenario.text, random);
    if (!output.equals(expected)) throw new Error(describe({ run, seed, scenario, output }));
  }
}

function createScenario(
  secrets: readonly string[],
  text: Buffer,
  expected = maskWhole(text, secrets.flatMap(secretForms)),
): Scenario {
  const compiled = compileSecrets(secrets);
  const rules = createMaskRules({ secrets });
  const createFilter = () => createTraceFilter({ rules });
  const filtered = runWhole(createFilter(), text);
  expectNone(secrets, filtered);
  return {
    secrets,
    text,
    runs: [
      { expected, create: () => new SecretMasker(compiled) },
      { expected: filtered, create: createFilter },
    ],
  };
}

function expectNone(secrets: readonly string[], output: Buffer): void {
  const shown = secrets.find((secret) => output.includes(Buffer.from(secret.trim())));
  if (shown !== undefined) throw new Error(`The output holds ${JSON.stringify(shown)}.`);
}

/** Few letters, so that secrets overlap, repeat themselves, and begin and end each other. */
function smallScenario(random: SeededRandom): Scenario {
  const letters = Array.from(random.pick(['ab', 'abc', 'abcd\n', 'aé🐤\n']));
  const word = (most: number) => random.word(letters, 1 + random.below(most));
  const [middle, long] = [word(16), word(60)];
  const related = [long.slice(0, 9), long.slice(2) + middle, `${long}\n${middle}\n${long}`];
  const words = [...related, middle, long, word(6), word(130)];
  const some = words.slice(random.below(5)).filter((secret) => secret.trim().length > 2);
  const secrets = [...some, 'abcabcabd'];
  const forms = secrets.flatMap(secretForms);
  const others = [word(12), '?private_token=', ' glpat-', '\xff', '\n', '', '', ''];
  const parts = Array.from({ length: 2 + random.below(5) }, () => {
    const form = Buffer.from(random.pick(forms));
    const begun = form.subarray(0, random.below(form.length + 1));
    return Buffer.concat([random.pick([form, begun]), Buffer.from(random.pick(others))]);
  });
  return createScenario(secrets, Buffer.concat(parts));
}

/** A mebibyte that begins again and again like itself, between false starts. */
function repeatingScenario(random: SeededRandom): Scenario {
  const unit = 'abcabcabd';
  const secret = `${unit.repeat(2 ** 20 / unit.length)}!${random.below(1000)}`;
  const text = `${unit.repeat(30)}${secret}${secret} ${secret.slice(0, 300_000)} ${unit}`;
  return createScenario([secret, 'abcabd', `${unit.repeat(40)}.`], Buffer.from(text));
}

/** A mebibyte in lines, as a masked file would be. */
function linesScenario(random: SeededRandom): Scenario {
  const lines = Array.from({ length: 2 ** 20 / 64 }, (_, i) => {
    const line = Array.from({ length: 3 }, () => random.below(2 ** 32).toString(36)).join('/');
    return `${line}+${i}`.padEnd(63, '=');
  });
  const secret = lines.join('\n');
  const some = lines.slice(100, 3000);
  const text = `${lines.slice(5, 8).join(' ')}\n${secret}\n${some.join('\n')}`;
  const masked = `[MASKED] [MASKED] [MASKED]\n[MASKED]\n${some.map(() => '[MASKED]').join('\n')}`;
  return createScenario([secret], Buffer.from(text), Buffer.from(masked));
}

/** Writes the text in pieces of random lengths; small texts also byte by byte. */
function cutRandomly(transform: ByteTransform, text: Buffer, random: SeededRandom): Buffer {
  const most = text.length > 100_000 ? 2 ** (8 + random.below(13)) : random.pick([2, 8, 40, 300]);
  const output: Uint8Array[] = [];
  for (let from = 0; from < text.length;) {
    const to = Math.min(text.length, from + 1 + random.below(most));
    output.push(transform.write(text.subarray(from, to)));
    from = to;
  }
  output.push(transform.end());
  return Buffer.concat(output);
}

interface Failure {
  readonly run: number;
  readonly seed: number;
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
