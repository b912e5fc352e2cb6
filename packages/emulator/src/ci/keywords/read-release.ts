import type { ConfigField } from '../config-field.ts';
import { plainObject } from '../yaml/plain-value.ts';
import type { JsonObject } from '../yaml/plain-value.ts';

const KEYS = [
  ...(['tag_name', 'tag_message', 'name', 'description'] as const),
  ...(['ref', 'released_at', 'milestones', 'assets'] as const),
] as const;

/** Reads `release:`, which becomes a step of the job, and hands it on as it is written. */
export function readRelease(field: ConfigField): JsonObject | undefined {
  const map = field.map(KEYS);
  if (map === undefined) return undefined;
  for (const key of ['tag_name', 'description'] as const) {
    if (map.get(key) === undefined) field.refuse(`has no ${key}`, `write \`${key}: …\` in it`);
    map.get(key)?.text();
  }
  for (const key of ['tag_message', 'name', 'ref'] as const) map.get(key)?.string();
  map.get('milestones')?.stringOrStrings();
  readReleaseDate(map.get('released_at'));
  readAssets(map.get('assets'));
  return field.node.kind === 'map' ? plainObject(field.node) : undefined;
}

function readReleaseDate(field: ConfigField | undefined): void {
  const text = field?.string();
  if (text !== undefined && Number.isNaN(Date.parse(text))) {
    field?.refuse(`is "${text}"`, 'write an ISO 8601 time such as "2026-03-15T08:00:00Z"');
  }
}

function readAssets(field: ConfigField | undefined): void {
  const map = field?.map(['links']);
  if (map === undefined) return;
  const links = map.get('links');
  if (links === undefined) field?.refuse('has no links', 'write `links:` with a list');
  for (const link of links?.items() ?? []) readLink(link);
}

function readLink(field: ConfigField): void {
  const map = field.map(['name', 'url', 'filepath', 'link_type']);
  for (const key of ['name', 'url'] as const) {
    if (map !== undefined && map.get(key) === undefined) {
      field.refuse(`has no ${key}`, `write \`${key}: …\` in each link`);
    }
    map?.get(key)?.text();
  }
}
