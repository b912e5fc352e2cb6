import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** What must not be found, by what it is. */
export type Secrets = Readonly<Record<string, string>>;

/** The secrets in a text or in bytes, as they are or as base64; by what they are. */
export function secretsIn(bytes: Uint8Array | string, secrets: Secrets): string[] {
  const haystack = Buffer.from(bytes);
  return Object.entries(secrets)
    .filter(([, secret]) =>
      [secret, Buffer.from(secret).toString('base64')].some((form) => haystack.includes(form)),
    )
    .map(([what]) => what);
}

/** Every file below a folder that holds a secret, and which. */
export function secretsBelow(
  folder: string,
  secrets: Secrets,
  isExpected: (path: string) => boolean = () => false,
): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !isExpected(relative(folder, file)))
    .flatMap((file) =>
      secretsIn(readFileSync(file), secrets).map((what) => `${what} in ${relative(folder, file)}`),
    );
}

/** A process and all that descends from it. */
export function processTree(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((it) => /^\d+$/.test(it))) {
    const stat = readProcess(Number(name), 'stat');
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const found = new Set([root]);
  // A parent need not have a lower pid than its child.
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
  }
  return [...found];
}

/** A file of `/proc/PID`; empty where the process has ended. */
export function readProcess(pid: number, file: 'cmdline' | 'environ' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    // It ended since it was listed.
    return '';
  }
}
