import { readFileSync, writeFileSync } from 'node:fs';

/** What stands in the place of bytes that a machine has lost: a line, as long as they were. */
export function lostLine(bytes: number): string {
  const words = `\nWARNING: ${bytes} bytes of this log were lost on the runner's machine. `;
  return `${words.padEnd(bytes - 1, '.').slice(0, bytes - 1)}\n`;
}

/** What goes behind what GitLab has of a log and this machine has not. */
export function behindLine(bytes: number): Buffer {
  return Buffer.from(
    `\nWARNING: the runner has lost the last ${bytes} bytes of its copy of this log. What follows may repeat some of them.\n`,
  );
}

/** How far a log's places at GitLab lie behind those in a spool; kept in a file beside it. */
export function readLead(spool: string): number {
  try {
    return Number(readFileSync(leadFile(spool), 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
}

export function writeLead(spool: string, bytes: number): void {
  writeFileSync(leadFile(spool), String(bytes), { mode: 0o600 });
}

function leadFile(spool: string): string {
  return `${spool}.lead`;
}
