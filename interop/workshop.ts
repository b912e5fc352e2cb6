import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { NotHere } from './scenario.ts';

/** What is installed and built stays here, so that a second run is quick. */
const folder = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'fellrunner-interop',
);

interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a tool to its end; a tool that is not there ends with the code null. */
export async function runTool(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Outcome> {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (piece: Buffer): void => {
    output += piece.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output };
  } catch (error) {
    return { code: null, output: String(error) };
  }
}

const lastLineOf = (output: string): string => output.trim().split('\n').at(-1) ?? '';

/**
 * A Python with these packages, in an environment of its own.
 *
 * @throws {@link NotHere} without Python, or where the packages cannot be had.
 */
export async function pythonWith(...packages: readonly string[]): Promise<string> {
  const environment = join(folder, `python-${packages.join('-').replaceAll(/[^\w.-]/g, '_')}`);
  const made = await runTool('python3', ['-m', 'venv', environment]);
  if (made.code !== 0) throw new NotHere(`no python3 with venv: ${lastLineOf(made.output)}`);
  const python = join(environment, 'bin', 'python');
  const installed = await runTool(python, ['-m', 'pip', 'install', '--quiet', ...packages]);
  if (installed.code === 0) return python;
  throw new NotHere(`pip cannot have ${packages.join(' ')}: ${lastLineOf(installed.output)}`);
}

let crateBins: Promise<string> | undefined;

/**
 * The folder with what is built of `rust/`; it is built once, however many ask.
 *
 * @throws {@link NotHere} without cargo, or where the crates cannot be had.
 */
export function rustBuild(): Promise<string> {
  crateBins ??= buildRust();
  return crateBins;
}

/** Builds a copy: neither a lock file nor anything built is left beside the source. */
async function buildRust(): Promise<string> {
  const source = join(folder, 'rust');
  await mkdir(source, { recursive: true });
  await rm(join(source, 'src'), { recursive: true, force: true });
  await cp(join(import.meta.dirname, 'rust'), source, { recursive: true });
  const manifest = ['--manifest-path', join(source, 'Cargo.toml')];
  const fetched = await runTool('cargo', ['fetch', ...manifest]);
  if (fetched.code === null) throw new NotHere('no cargo');
  if (fetched.code !== 0) throw new NotHere(`cargo has no crates: ${lastLineOf(fetched.output)}`);
  const target = join(source, 'target');
  const build = ['build', '--offline', ...manifest, '--target-dir', target];
  const built = await runTool('cargo', build);
  if (built.code !== 0) throw new Error(built.output);
  return join(target, 'debug');
}
