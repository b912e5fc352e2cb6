import { ansi } from './ansi.ts';

export interface SectionMarkerOptions {
  /** Shown folded until somebody opens it. */
  readonly collapsed?: boolean;
  /** Milliseconds since 1970; GitLab shows the time between a section's two markers. */
  readonly at?: number;
}

/**
 * What begins a section that GitLab folds and times; the section's title follows on the same line.
 * `log.section` writes both markers. These are for sections that begin and end in different places.
 */
export function sectionStart(name: string, options: SectionMarkerOptions = {}): string {
  return marker('start', name, options.collapsed === true ? '[collapsed=true]' : '', options.at);
}

/** Ends the section of that name. */
export function sectionEnd(name: string, { at }: Pick<SectionMarkerOptions, 'at'> = {}): string {
  return marker('end', name, '', at);
}

/** GitLab knows a section by letters, digits, `_`, `.` and `-`; anything else becomes `_`. */
function marker(edge: string, name: string, options: string, at = Date.now()): string {
  const id = name.replaceAll(/[^A-Za-z0-9_.-]/g, '_');
  return `section_${edge}:${Math.floor(at / 1000)}:${id}${options}\r${ansi.clear}`;
}
