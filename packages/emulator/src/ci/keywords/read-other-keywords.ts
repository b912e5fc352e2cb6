import type { ConfigMap } from '../config-field.ts';
import type { PipelineProblem } from '../pipeline-refused.ts';
import { serverKeywords, unsupportedKeywords } from './job-keywords.ts';
import type { ServerKeyword, UnsupportedKeyword } from './job-keywords.ts';

/** Remarks which of a job's keywords are for GitLab's server alone, having checked them. */
export function noteServerKeywords(map: ConfigMap<ServerKeyword>): void {
  for (const keyword of Object.keys(serverKeywords) as ServerKeyword[]) {
    map.get(keyword)?.note(serverKeywords[keyword]);
  }
  const coverage = map.get('coverage');
  if (coverage !== undefined && !/^\/.*\/[ismU]*$/s.test(coverage.string() ?? '//')) {
    coverage.refuse('is no pattern', 'write it between slashes: "/Lines: (\\d+)%/"');
  }
  map.get('interruptible')?.boolean();
  map.get('resource_group')?.string();
  map.get('manual_confirmation')?.string();
}

/** What of a job cannot be had here. */
export function readUnsupported(map: ConfigMap<UnsupportedKeyword>): readonly PipelineProblem[] {
  return (Object.keys(unsupportedKeywords) as UnsupportedKeyword[]).flatMap((keyword) => {
    const field = map.get(keyword);
    if (field === undefined) return [];
    const { what, wayOut } = unsupportedKeywords[keyword];
    return [{ ...field.at, what: `${field.name} ${what}`, wayOut }];
  });
}
