import type { ConfigField } from '../config-field.ts';
import type { Place } from '../pipeline-refused.ts';

/** What `environment:` says; a runner sees it as variables alone. */
export interface Environment {
  readonly at: Place;
  readonly name: string;
  readonly url: string | undefined;
  readonly action: string;
  readonly tier: string | undefined;
  readonly onStop: string | undefined;
}

const ACTIONS = ['start', 'stop', 'prepare', 'verify', 'access'] as const;
const KEYS = [
  ...(['name', 'url', 'action', 'on_stop'] as const),
  ...(['auto_stop_in', 'kubernetes', 'deployment_tier'] as const),
] as const;

export function readEnvironment(field: ConfigField): Environment | undefined {
  field.note('deploys nothing here: the job sees its CI_ENVIRONMENT_ variables, and no more');
  const { at } = field;
  if (field.node.kind !== 'map') {
    const name = field.text();
    return name === undefined ? undefined : { at, name, ...STARTED };
  }
  const map = field.map(KEYS);
  const name = map?.get('name')?.text();
  if (map !== undefined && map.get('name') === undefined) {
    field.refuse('has no name', 'write `name: …` in it');
  }
  map?.get('auto_stop_in')?.string();
  map?.get('kubernetes')?.anyMap();
  return name === undefined || map === undefined
    ? undefined
    : {
        at,
        name,
        url: map.get('url')?.string(),
        action: map.get('action')?.oneOf(ACTIONS) ?? 'start',
        tier: map.get('deployment_tier')?.string(),
        onStop: map.get('on_stop')?.string(),
      };
}

const STARTED = { url: undefined, action: 'start', tier: undefined, onStop: undefined };
