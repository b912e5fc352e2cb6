import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

interface ToolOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a program to its end and gives what it wrote on stdout.
 *
 * @throws an Error whose message is all that the tool said, when it exits with anything but 0.
 */
export async function runTool(
  command: string,
  args: readonly string[],
  { cwd, env }: ToolOptions = {},
): Promise<string> {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  const [stdout, stderr] = await output;
  if (code === 0) return stdout;
  const end = signal ?? `exit code ${code}`;
  throw new Error(`$ ${command} ${args.join(' ')}\n${stdout}${stderr}(${end})`);
}
