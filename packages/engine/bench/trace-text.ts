import type { SeededRandom } from '../src/trace/testing/seeded-random.ts';

const modules = ['net/http', 'core/event-loop', 'storage/page_cache', 'ui/widgets', 'math/linalg'];
const symbols = ['parse_header', 'PageCache', 'std::vector<int>', 'on_readable', 'Matrix4x4'];

const lines: readonly ((random: SeededRandom) => string)[] = [
  (random) => {
    const file = `${random.pick(modules)}/file_${random.below(900)}`;
    return `[${random.below(100)}%] Building CXX object src/CMakeFiles/app.dir/${file}.cpp.o`;
  },
  (random) => {
    const file = `${random.pick(modules)}/file_${random.below(900)}.cpp`;
    const options =
      '-DNDEBUG -I/builds/group/project/include -isystem /usr/include/x86_64 -O2 -Wall';
    return `/usr/bin/c++ ${options} -std=c++20 -o ${file}.o -c /builds/group/project/src/${file}`;
  },
  (random) => {
    const place = `src/${random.pick(modules)}.cpp:${random.below(4000)}:${random.below(80)}`;
    return `${place}: warning: unused variable '${random.pick(symbols)}' [-Wunused-variable]`;
  },
  (random) => `    ${random.below(4000)} |   auto result = ${random.pick(symbols)}(input, 64);`,
  (random) =>
    `\u001b[32m  ✓\u001b[39m ${random.pick(symbols)} keeps order (${random.below(300)} ms)`,
  (random) => {
    const digest = random.below(2 ** 31).toString(16);
    return `GET https://registry.example.com/v2/app/blobs?digest=sha256:${digest}&n=1 200`;
  },
  () => '',
];

/** What a build writes: compiler calls, warnings, test results; about this many bytes. */
export function compileOutput(length: number, random: SeededRandom): Buffer {
  const output: string[] = [];
  for (let size = 0; size < length;) {
    const line = random.pick(lines)(random);
    output.push(line);
    size += line.length + 1;
  }
  return Buffer.from(`${output.join('\n')}\n`);
}

/** Bytes without any order, as when a job prints a binary file. */
export function noise(length: number, random: SeededRandom): Buffer {
  return Buffer.from(Uint8Array.from({ length }, () => random.below(256)));
}

const plain = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';
const punctuated = `${plain}!"$&'/+=?<> `;

/** Secrets as jobs have them: tokens, passwords with odd characters, now and then a key in lines. */
export function someSecrets(count: number, random: SeededRandom): string[] {
  return Array.from({ length: count }, (_, i) => {
    if (i % 20 === 19) return Array.from({ length: 12 }, () => random.word(plain, 64)).join('\n');
    return random.word(i % 3 === 2 ? punctuated : plain, 16 + random.below(24));
  });
}
