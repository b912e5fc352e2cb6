import { appendFileSync, closeSync, fstatSync, openSync, readSync } from 'node:fs';

import { warningLine } from '../log/log-text.ts';
import { sectionEnd, type Section } from '../log/section.ts';

/** A marker is shorter than this, whatever the step's name. */
const TAIL_BYTES = 512;

export interface CloseStepLog {
  readonly raw: string;
  readonly section: Section;
  /** What is said after it. */
  readonly note: string;
  /** An earlier runner may have been killed right after it did it. */
  readonly mayBeClosed: boolean;
}

/** Ends the section of a step in its raw file: the step's part of the log is what the file holds. */
export function closeStepLog({ mayBeClosed, note, raw, section }: CloseStepLog): void {
  const end = sectionEnd(section, Date.now());
  if (end + note === '' || (mayBeClosed && isClosed(raw, section))) return;
  appendFileSync(raw, end + note);
}

export interface NotedEnd {
  readonly step: string;
  readonly section: Section;
  /** Undefined where the step was lost. */
  readonly exitCode: number | undefined;
  /** Why the step was ended, if it was: the signal's reason. */
  readonly reason: unknown;
  readonly ignoresErrors: boolean;
}

/** What gitlab-runner says of a step that did not end well. */
export function noteOn({ exitCode, ignoresErrors, reason, section, step }: NotedEnd): string {
  if (reason === 'canceled') return warningLine('script canceled externally (UI, API)');
  if (reason === 'timeout') {
    return warningLine(
      `${section.name} could not run to completion because the timeout was exceeded. ` +
        'For more control over job and script timeouts see: ' +
        'https://docs.gitlab.com/ci/runners/configure_runners/#set-script-and-after_script-timeouts',
    );
  }
  if (step !== 'after_script' || !ignoresErrors || exitCode === 0) return '';
  const how = exitCode === undefined ? 'its process is gone' : `exit status ${exitCode}`;
  return warningLine(`after_script failed, but job will continue unaffected: ${how}`);
}

function isClosed(raw: string, { name }: Section): boolean {
  const end = /section_end:\d+:([^\r]+)\r\x1b\[0K[^\n]*\n?$/.exec(readTail(raw));
  return end?.[1] === name;
}

function readTail(path: string): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    const bytes = readSync(file, tail, 0, tail.length, size - tail.length);
    return tail.toString('latin1', 0, bytes);
  } finally {
    closeSync(file);
  }
}
