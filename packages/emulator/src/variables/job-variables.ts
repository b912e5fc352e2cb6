import type { JobSpec } from '../control/wire-job-spec.ts';
import { toText } from '../http/parameters.ts';
import type { Variable } from './variable.ts';

/** A job's own variables. One that is masked or a file is a project's setting, which is hidden. */
export function jobVariables(specs: NonNullable<JobSpec['variables']>): Variable[] {
  return Object.entries(specs).map(([key, spec]) => {
    if (typeof spec !== 'object') return { key, value: String(spec), public: true, masked: false };
    const { masked = false, file = false, raw = false } = spec;
    return {
      key,
      value: toText(spec.value),
      public: spec.public ?? !(masked || file),
      masked,
      ...(file ? { file } : {}),
      ...(raw ? { raw } : {}),
    };
  });
}
