/** A small generator of numbers that are the same on every run (xorshift). */
export function createRandom(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const modules = ['net/http', 'core/event-loop', 'storage/page_cache', 'ui/widgets', 'math/linalg'];
const symbols = ['parse_header', 'PageCache', 'std::vector<int>', 'on_readable', 'Matrix4x4'];

const lines: readonly ((random: (below: number) => number) => string)[] = [
  (random) => {
    const file = `${modules[random(5)]}/file_${random(900)}`;
    return `[${random(100)}%] Building CXX object src/CMakeFiles/app.dir/${file}.cpp.o`;
  },
  (random) => {
    const file = `${modules[random(5)]}/file_${random(900)}.cpp`;
    return `/usr/bin/c++ -DNDEBUG -I/builds/group/project/include -isystem /usr/include/x86_64 -O2 -Wall -std=c++20 -o ${file}.o -c /builds/group/project/src/${file}`;
  },
  (random) =>
    `src/${modules[random(5)]}.cpp:${random(4000)}:${random(80)}: warning: unused variable '${symbols[random(5)]}' [-Wunused-variable]`,
  (random) => `    ${random(4000)} |   auto result = ${symbols[random(5)]}(input, ${random(64)});`,
  (random) => `\u001b[32m  ✓\u001b[39m ${symbols[random(5)]} keeps its order (${random(300)} ms)`,
  (random) =>
    `GET https://registry.example.com/v2/app/blobs?digest=sha256:${random(2 ** 31).toString(16)}&n=${random(99)} 200`,
  () => '',
];

/** What a build writes: compiler calls, warnings, test results; about this many bytes. */
export function compileOutput(length: number, random: (below: number) => number): Buffer {
  const output: string[] = [];
  for (let size = 0; size < length;) {
    const line = lines[random(lines.length)]!(random);
    output.push(line);
    size += line.length + 1;
  }
  return Buffer.from(`${output.join('\n')}\n`);
}

/** Bytes without any order, as when a job prints a binary file. */
export function noise(length: number, random: (below: number) => number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, () => random(256)));
}

const plain = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';
const punctuated = `${plain}!"$&'/+=?<> `;

/** Secrets as jobs have them: tokens, passwords with odd characters, now and then a key in lines. */
export function someSecrets(count: number, random: (below: number) => number): string[] {
  const word = (alphabet: string, length: number) =>
    Array.from({ length }, () => alphabet[random(alphabet.length)]).join('');
  return Array.from({ length: count }, (_, i) => {
    if (i % 20 === 19) return Array.from({ length: 12 }, () => word(plain, 64)).join('\n');
    return word(i % 3 === 2 ? punctuated : plain, 16 + random(24));
  });
}
