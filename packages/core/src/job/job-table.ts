import type { JobStateName } from './job-actor.ts';
import type { JobContext } from './job-context.ts';
import { jobMachine } from './job-machine.ts';
import { guards, updates, type JobInput } from './job-rules.ts';

/** One way on from a state. */
export interface Way {
  applies(input: JobInput): boolean;
  /** What is known then. */
  follow(input: JobInput): JobContext;
  /** Undefined where the state stays. */
  readonly to: JobStateName | undefined;
}

interface Ways {
  readonly byEvent: ReadonlyMap<string, readonly Way[]>;
  /** Those that need no event; looked at whenever the state is entered or something is learnt in it. */
  readonly always: readonly Way[];
}

/**
 * The machine's chart as a table, made of it once. Every job goes by it: to walk the chart for
 * each event, as xstate does, allocates a hundred kilobytes a job. A property test holds the two
 * against each other.
 */
const table = new Map(leavesOf(jobMachine.root).map((leaf) => [nameOf(leaf), waysOf(leaf)]));

export const FIRST_STATE = nameOf(entered(jobMachine.root));

/** The way that an event opens; the first whose guard lets it through. */
export function wayOn(from: JobStateName, input: JobInput): Way | undefined {
  return table
    .get(from)
    ?.byEvent.get(input.event.type)
    ?.find((way) => way.applies(input));
}

/** The way on that needs no event, if there is one. */
export function wayThrough(from: JobStateName, input: JobInput): Way | undefined {
  return table.get(from)?.always.find((way) => way.applies(input));
}

type Node = typeof jobMachine.root;
type Transition = NonNullable<Node['always']>[number];

/** A state's own ways come before those of the states around it. */
function waysOf(leaf: Node): Ways {
  const byEvent = new Map<string, Way[]>();
  const always: Way[] = [];
  for (let node: Node | undefined = leaf; node !== undefined; node = node.parent) {
    always.push(...(node.always ?? []).map(toWay));
    for (const [type, transitions] of node.transitions) {
      byEvent.set(type, [...(byEvent.get(type) ?? []), ...transitions.map(toWay)]);
    }
  }
  return { byEvent, always };
}

function toWay({ actions, guard, target }: Transition): Way {
  const applies = guard === undefined ? () => true : rule(guards, guard);
  const [node] = target ?? [];
  const learn = actions.map((action) => rule(updates, action));
  return {
    applies,
    follow: ({ context, event }) =>
      learn.reduce(
        (known, update) => ({ ...known, ...update({ context: known, event }) }),
        context,
      ),
    to: node && nameOf(entered(node)),
  };
}

function rule<Rules extends object>(rules: Rules, name: unknown): Rules[keyof Rules] {
  if (typeof name === 'string' && name in rules) return rules[name as keyof Rules];
  throw new TypeError('The chart names its guards and actions, and each has a rule of that name.');
}

function leavesOf(node: Node): Node[] {
  const children = Object.values<Node>(node.states);
  return children.length === 0 ? [node] : children.flatMap(leavesOf);
}

/** Who enters a state with states in it enters the first of them. */
function entered(node: Node): Node {
  const [first] = node.initial?.target ?? [];
  return first === undefined ? node : entered(first);
}

function nameOf(leaf: Node): JobStateName {
  return leaf.path.join('.') as JobStateName;
}
