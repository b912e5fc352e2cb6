import type { ConfigField } from '../config-field.ts';
import { parseDuration } from '../duration.ts';

const WEEK_S = 604_800;

/** Reads `start_in`, which stands exactly where `when: delayed` does, and keeps its words. */
export function readStartIn(
  owner: ConfigField,
  field: ConfigField | undefined,
  isDelayed: boolean,
): string | undefined {
  if (field === undefined) {
    return isDelayed
      ? owner.refuse('is delayed without saying how long', 'add `start_in: 30 minutes`')
      : undefined;
  }
  if (!isDelayed) return field.refuse('stands without when: delayed', 'add that or take it out');
  const seconds = readDuration(field);
  if (seconds === undefined || seconds < WEEK_S) return field.string();
  return field.refuse('is a week or more', 'delay the job by less than 1 week');
}

/** Reads a duration in GitLab's words, as seconds. */
export function readDuration(field: ConfigField): number | undefined {
  const text = field.string();
  if (text === undefined) return undefined;
  const seconds = parseDuration(text);
  if (seconds !== undefined) return seconds;
  return field.refuse(`is "${text}", which is no duration`, 'write it like "1h 30m", in digits');
}
