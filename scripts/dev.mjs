// Runs a task of this repository from any Node ≥ 20 with npm alone: installs what is missing
// (talking on stderr only), then hands over to the Node that the workspace brings.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PNPM = ['--yes', '--prefer-offline', 'pnpm@12.21.0'];
const OLDEST_NODE = [22, 19];
/** One Ctrl-C comes from the terminal and again from npm; a person is slower than that. */
const ECHO_MS = 300;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [task, ...args] = process.argv.slice(2);

const env = Object.fromEntries(
  Object.entries(process.env).filter(([key]) => !/^npm_/i.test(key) && key !== 'INIT_CWD'),
);

/** A hash of everything that decides what is installed. */
function wantedInstallation() {
  const hash = createHash('sha256');
  const manifests = readdirSync(join(root, 'packages')).map(
    (name) => `packages/${name}/package.json`,
  );
  for (const file of [
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    'package.json',
    ...manifests.toSorted(),
  ]) {
    if (existsSync(join(root, file))) hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function installWhatIsMissing() {
  const marker = join(root, 'node_modules', '.fellrunner-installed');
  const wanted = wantedInstallation();
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return;
  console.error('fellrunner: installing what is missing …');
  const install = [...PNPM, 'install', '--frozen-lockfile', '--prefer-offline'];
  const { status, stdout, stderr } = spawnSync('npx', install, {
    cwd: root,
    env,
    encoding: 'utf8',
    maxBuffer: Infinity,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status !== 0) {
    console.error(`${stdout}${stderr}`);
    console.error('fellrunner: installing the dependencies failed; see the lines above.');
    process.exit(1);
  }
  mkdirSync(dirname(marker), { recursive: true });
  writeFileSync(marker, wanted);
}

/** The folder of the Node to use: the bundled one, else the one that runs this, if it is new enough. */
function nodeFolder() {
  const bundled = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin');
  if (existsSync(join(bundled, 'node'))) return bundled;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) {
    return dirname(process.execPath);
  }
  console.error(
    `fellrunner: no Node is bundled for ${process.platform}-${process.arch}, and this one is ` +
      `${process.versions.node}; install Node ${OLDEST_NODE.join('.')} or newer.`,
  );
  process.exit(1);
}

const bin = (name) => join(root, 'node_modules', '.bin', name);
const source = '--conditions=@fellrunner/source';
const tasks = {
  start: () =>
    args.length > 0
      ? ['node', [source, join(root, 'packages/cli/src/main.ts'), ...args]]
      : ['node', [source, join(root, 'examples/demo/main.ts')]],
  test: () => [bin('vitest'), ['run', ...args]],
  check: () => ['node', [join(root, 'scripts/check.ts'), ...args]],
  example: () => ['node', [source, join(root, 'examples/play/main.ts'), ...args]],
  beside: () => ['node', [source, join(root, 'beside/main.ts'), ...args]],
  chaos: () => ['node', [source, join(root, 'chaos/main.ts'), ...args]],
  interop: () => ['node', [source, join(root, 'interop/main.ts'), ...args]],
  faults: () => ['node', [source, join(root, 'faults/main.ts'), ...args]],
  bench: () => ['node', [source, join(root, 'bench/main.ts'), ...args]],
  'bench:peers': () => ['node', [source, join(root, 'bench/peers/main.ts'), ...args]],
  soak: () => ['node', [source, join(root, 'bench/soak/main.ts'), ...args]],
  pnpm: () => ['npx', [...PNPM, ...args]],
};

if (!Object.hasOwn(tasks, task ?? '')) {
  console.error(`fellrunner: unknown task ${task}; known are ${Object.keys(tasks).join(', ')}.`);
  process.exit(2);
}
if (task !== 'pnpm') installWhatIsMissing();
const folder = nodeFolder();
const [command, commandArgs] = tasks[task]();
const child = spawn(command === 'node' ? join(folder, 'node') : command, commandArgs, {
  cwd: task === 'start' && args.length > 0 ? (process.env.INIT_CWD ?? process.cwd()) : root,
  env: { ...env, PATH: `${folder}:${env.PATH}` },
  stdio: 'inherit',
  // Out of the reach of a signal to our whole group: it gets each signal once, from here.
  detached: true,
});
let lastSignal = { name: '', at: 0 };
for (const name of ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGHUP']) {
  process.on(name, () => {
    const at = performance.now();
    const isEcho = name === lastSignal.name && at - lastSignal.at < ECHO_MS;
    lastSignal = { name, at };
    if (!isEcho) child.kill(name);
  });
}
process.on('SIGWINCH', () => child.kill('SIGWINCH'));
child.on('exit', (code, signal) => {
  process.exit(signal === null ? code : 128 + constants.signals[signal]);
});
