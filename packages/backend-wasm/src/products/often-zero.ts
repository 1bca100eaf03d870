/** @file Which buffers hold many zeros, as far as a program tells: spikes, rectified numbers, and what is fed. A hint, not a promise. */
import { type Expression, type Instruction, instructionsOf, type Program } from '@ndl/ir';

/** Buffers, by where their zeros come from. */
interface OftenZero {
  readonly fed: ReadonlySet<string>;
  readonly computed: ReadonlySet<string>;
}

const known = /* @__PURE__ */ new WeakMap<Program, OftenZero>();

export function isOftenZero(program: Program, buffer: string): boolean {
  return isFed(program, buffer) || oftenZeroIn(program).computed.has(buffer);
}

/** Whether it holds what is fed: that may have zeros, or none. */
export function isFed(program: Program, buffer: string): boolean {
  return oftenZeroIn(program).fed.has(buffer);
}

function oftenZeroIn(program: Program): OftenZero {
  const before = known.get(program);
  if (before !== undefined) return before;
  const fed = withCopies(program, new Set(program.inputs.map(({ buffer }) => buffer)), () => []);
  const found = { fed, computed: withCopies(program, new Set(), computed) };
  known.set(program, found);
  return found;
}

/** Adds to buffers what an instruction makes such, and copies of them. */
function withCopies(
  program: Program,
  found: Set<string>,
  made: (instruction: Instruction) => readonly string[],
): ReadonlySet<string> {
  const instructions = instructionsOf(program);
  // Copies of such buffers are such buffers, wherever they stand.
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const instruction of instructions) {
      for (const buffer of made(instruction)) found.add(buffer);
      if (instruction.kind === 'copy' && instruction.mode === 'set' && found.has(instruction.source.buffer))
        found.add(instruction.target.buffer);
    }
  }
  return found;
}

/** What a map writes with zeros in it. */
function computed(instruction: Instruction): readonly string[] {
  if (instruction.kind !== 'map') return [];
  const { kernel, outputs } = instruction;
  return kernel.outputs.flatMap(({ expression }, index) => {
    const { target, mode } = outputs[index]!;
    return mode === 'set' && hasZeros(expression) ? [target.buffer] : [];
  });
}

function hasZeros(expression: Expression): boolean {
  const isZero = (node: Expression): boolean => node.kind === 'constant' && node.value === 0;
  switch (expression.kind) {
    case 'withDerivativeOf':
      return hasZeros(expression.value);
    case 'select':
      return isZero(expression.whenTrue) || isZero(expression.whenFalse);
    case 'binary':
      if (expression.operation === 'max') return isZero(expression.left) || isZero(expression.right);
      return expression.operation === 'multiply' && (hasZeros(expression.left) || hasZeros(expression.right));
    default:
      return false;
  }
}
