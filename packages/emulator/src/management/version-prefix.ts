import type { Runner } from '../world/runner.ts';

/**
 * Whether one of the runner's managers is of such a version. Whole numbers are compared, as GitLab
 * does it: `17` finds 17.2, and `1` does not.
 */
export function matchesVersionPrefix(runner: Runner, prefix: string): boolean {
  const { pattern, wanted } = comparisonOf(prefix);
  return [...runner.managers.values()].some(
    ({ info }) => pattern.exec(info.version ?? '')?.[0] === wanted,
  );
}

function comparisonOf(prefix: string): { pattern: RegExp; wanted: string } {
  if (/\d+\.\d+\.\d+/.test(prefix)) return { pattern: /\d+\.\d+\.\d+/, wanted: prefix };
  const wanted = prefix.endsWith('.') ? prefix : `${prefix}.`;
  return { pattern: /\d+\.\d+/.test(prefix) ? /\d+\.\d+\./ : /\d+\./, wanted };
}
