import type { ConfigField } from '../config-field.ts';
import { coverageFormats, reportTypes } from './report-types.ts';
import type { ArtifactFormat } from './report-types.ts';

/** One report that a runner uploads as an artifact of its own. */
export interface Report {
  readonly type: string;
  readonly format: ArtifactFormat;
  readonly fileName: string;
  readonly paths: readonly string[];
}

type ReportName = keyof typeof reportTypes;

const NAMES = Object.keys(reportTypes) as ReportName[];
const FORMATS = Object.keys(coverageFormats) as (keyof typeof coverageFormats)[];

/** Reads `artifacts:reports`, in the order in which they are written. */
export function readReports(field: ConfigField): readonly Report[] {
  const map = field.map([...NAMES, 'coverage_report']);
  return [...(map?.fields() ?? [])].flatMap(({ key }) => {
    const name = key.text === 'coverage_report' ? key.text : NAMES.find((it) => it === key.text);
    const value = name && map?.get(name);
    if (name === undefined || value === undefined) return [];
    return (name === 'coverage_report' ? readCoverage(value) : readReport(name, value)) ?? [];
  });
}

function readReport(type: ReportName, field: ConfigField): Report | undefined {
  const paths = field.stringOrStrings();
  return paths && { type, paths, ...reportTypes[type] };
}

function readCoverage(field: ConfigField): Report | undefined {
  const map = field.map(['coverage_format', 'path']);
  if (map === undefined) return undefined;
  const type = map.get('coverage_format')?.oneOf(FORMATS);
  const path = map.get('path')?.text();
  if (map.get('coverage_format') === undefined || map.get('path') === undefined) {
    return field.refuse('needs coverage_format and path', 'write both');
  }
  if (type === undefined || path === undefined) return undefined;
  return { type, paths: [path], ...coverageFormats[type] };
}
