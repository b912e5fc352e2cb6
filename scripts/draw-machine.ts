// Draws the job's machine as a mermaid chart beside its source; with --check it only tells
// whether the chart that is there is still the machine's.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { jobMachine } from '../packages/core/src/job/job-machine.ts';

type StateNode = typeof jobMachine.root;

const chart = fileURLToPath(new URL('../packages/core/src/job/job-machine.mmd', import.meta.url));
const name = relative(process.cwd(), chart);
const drawn = draw(jobMachine.root);

if (!process.argv.includes('--check')) {
  writeFileSync(chart, drawn);
} else if (!existsSync(chart) || readFileSync(chart, 'utf8') !== drawn) {
  console.error(`${name} is not the machine's chart: run node scripts/draw-machine.ts.`);
  process.exitCode = 1;
}

function draw(root: StateNode): string {
  const lines = [
    '%% Drawn by scripts/draw-machine.ts from job-machine.ts; a name in brackets is a guard.',
    'stateDiagram-v2',
    ...drawStates(root, '  '),
    ...drawTransitions(root, '  '),
  ];
  return `${lines.join('\n')}\n`;
}

/** A state with states in it is a box around them, with the transitions that stay inside. */
function drawStates(node: StateNode, indent: string): string[] {
  return [
    ...(node.initial?.target ?? []).map((child) => `${indent}[*] --> ${idOf(child)}`),
    ...childrenOf(node).flatMap((child) => drawState(child, indent)),
  ];
}

function drawState(node: StateNode, indent: string): string[] {
  if (node.type === 'final') {
    return [`${indent}${idOf(node)}: ${node.key}`, `${indent}${idOf(node)} --> [*]`];
  }
  if (childrenOf(node).length === 0) return [`${indent}${idOf(node)}: ${node.key}`];
  return [
    `${indent}state "${node.key}" as ${idOf(node)} {`,
    ...drawStates(node, `${indent}  `),
    `${indent}}`,
  ];
}

function drawTransitions(node: StateNode, indent: string): string[] {
  return [
    ...arrowsFrom(node).map((arrow) => `${indent}${arrow}`),
    ...childrenOf(node).flatMap((child) => drawTransitions(child, indent)),
  ];
}

/** One arrow for each pair of states, with all that leads along it. */
function arrowsFrom(node: StateNode): string[] {
  const labels = new Map<string, string[]>();
  for (const { eventType, target, guard } of [...node.transitions.values()]
    .flat()
    .concat(node.always ?? [])) {
    const condition = typeof guard === 'string' ? ` [${guard}]` : '';
    for (const to of target ?? [node]) {
      const arrow = `${idOf(node)} --> ${idOf(to)}`;
      labels.set(arrow, [...(labels.get(arrow) ?? []), `${eventType}${condition}`.trim()]);
    }
  }
  return [...labels].map(([arrow, events]) => `${arrow}: ${events.join(', ')}`);
}

function childrenOf(node: StateNode): StateNode[] {
  return Object.values(node.states);
}

/** `running.script` is `running_script`: mermaid's names have no dots. */
function idOf(node: { readonly path: readonly string[] }): string {
  return node.path.join('_');
}
