import { allOrNone } from '../config-field.ts';
import type { ConfigField } from '../config-field.ts';
import { retryReasons } from './retry-reasons.ts';

/** When a failed job is tried again; without `when` and `exit_codes` it is always. */
export interface Retry {
  readonly max: number;
  readonly when?: readonly string[];
  readonly exit_codes?: readonly number[];
}

const MAX_RETRIES = 2;
const MAX_EXIT_CODE = 2 ** 31 - 1;

export function readRetry(field: ConfigField): Retry | undefined {
  if (field.node.kind !== 'map') {
    const max = field.integer(0, MAX_RETRIES);
    return max === undefined ? undefined : { max };
  }
  const map = field.map(['max', 'when', 'exit_codes']);
  if (map !== undefined && map.get('max') === undefined)
    field.note('has no max: GitLab retries nothing');
  const max = map?.get('max')?.integer(0, MAX_RETRIES) ?? 0;
  const [whenField, exitCodes] = [map?.get('when'), map?.get('exit_codes')];
  const when = whenField && readEach(whenField, (item) => item.oneOf(retryReasons));
  const codes = exitCodes && readExitCodes(exitCodes);
  return {
    max,
    ...(when && { when }),
    ...(codes && { exit_codes: codes }),
  };
}

/** Reads `exit_codes`, one or a list of them. */
export function readExitCodes(field: ConfigField): number[] | undefined {
  return readEach(field, (item) => item.integer(0, MAX_EXIT_CODE));
}

function readEach<T>(
  field: ConfigField,
  read: (item: ConfigField) => T | undefined,
): T[] | undefined {
  const items = field.node.kind === 'list' ? field.items() : [field];
  return items && allOrNone(items.map(read));
}
