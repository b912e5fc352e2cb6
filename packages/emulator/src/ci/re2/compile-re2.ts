import type { Assertion, CodePointSet, Re2Node } from './re2-node.ts';
import { Re2SyntaxError } from './re2-syntax-error.ts';

/** One instruction of a compiled pattern; numbers are indexes of the instructions that come next. */
export type Instruction =
  | { op: 'character'; readonly accepts: CodePointSet; next: number }
  | { op: 'assertion'; readonly what: Assertion; next: number }
  | { op: 'fork'; next: number; or: number }
  | { op: 'accept' };

// Counted repetition multiplies a pattern; RE2 gives up beyond a memory limit that this stands for.
const MAX_INSTRUCTIONS = 20_000;

/** Compiles to Thompson's non-deterministic automaton, whose run takes time linear in the text. */
export function compileRe2(node: Re2Node): { program: readonly Instruction[]; start: number } {
  const program: Instruction[] = [{ op: 'accept' }];
  const start = emit(program, node, 0);
  return { program, start };
}

/** Adds the node's instructions, leading on to `next`, and tells where they begin. */
function emit(program: Instruction[], node: Re2Node, next: number): number {
  switch (node.kind) {
    case 'character':
      return push(program, { op: 'character', accepts: node.accepts, next });
    case 'assertion':
      return push(program, { op: 'assertion', what: node.what, next });
    case 'sequence':
      return node.parts.reduceRight((after, part) => emit(program, part, after), next);
    case 'choice':
      return node.options
        .map((option) => emit(program, option, next))
        .reduceRight((or, option) => push(program, { op: 'fork', next: option, or }));
    case 'repeat':
      return emitRepeat(program, node, next);
  }
}

function emitRepeat(
  program: Instruction[],
  { part, min, max }: Re2Node & { kind: 'repeat' },
  next: number,
): number {
  let start = max === Infinity ? emitLoop(program, part, next) : next;
  const optional = max === Infinity ? 0 : max - min;
  for (let count = 0; count < optional; count += 1) {
    start = push(program, { op: 'fork', next: emit(program, part, start), or: next });
  }
  for (let required = 0; required < min; required += 1) {
    const first = emit(program, part, start);
    // A part without instructions, such as `()`, stays where it is however often it is repeated.
    if (first === start) break;
    start = first;
  }
  return start;
}

function emitLoop(program: Instruction[], part: Re2Node, next: number): number {
  const fork: Instruction = { op: 'fork', next, or: next };
  const start = push(program, fork);
  fork.next = emit(program, part, start);
  return start;
}

function push(program: Instruction[], instruction: Instruction): number {
  if (program.length >= MAX_INSTRUCTIONS) throw new Re2SyntaxError('pattern too large');
  return program.push(instruction) - 1;
}
