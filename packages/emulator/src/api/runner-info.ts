import { toText, type Parameters } from '../http/parameters.ts';
import type { RunnerInfo } from '../world/runner.ts';
import type { Contact } from '../world/runners.ts';

const LEGACY_SYSTEM_ID = '<legacy>';
const SYSTEM_ID_LIMIT = 64;
const facts = ['name', 'version', 'revision', 'platform', 'architecture', 'executor'] as const;

/** What a request says of the process behind it; without `info` only that it is there. */
export function contactOf(parameters: Parameters): Contact {
  const info = parameters.object('info');
  const systemId = parameters.string('system_id') ?? LEGACY_SYSTEM_ID;
  return {
    systemId: systemId.slice(0, SYSTEM_ID_LIMIT),
    ...(info === undefined
      ? {}
      : { info: runnerInfo(info), features: flagsOf(info, 'features'), labels: labelsOf(info) }),
  };
}

function runnerInfo(info: Parameters): RunnerInfo {
  const known = facts.map((key) => [key, info.string(key)] as const);
  return Object.fromEntries(known.filter(([, value]) => value !== undefined));
}

function flagsOf(info: Parameters, key: string): Record<string, boolean> {
  const flags = info.raw(key);
  if (typeof flags !== 'object' || flags === null) return {};
  return Object.fromEntries(Object.entries(flags).map(([name, value]) => [name, value === true]));
}

function labelsOf(info: Parameters): Record<string, string> {
  const labels = info.raw('labels');
  if (typeof labels !== 'object' || labels === null) return {};
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [name, toText(value ?? '')]),
  );
}
