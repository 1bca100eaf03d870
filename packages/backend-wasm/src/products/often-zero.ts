/** @file Which buffers hold many zeros, as far as a program tells: spikes, rectified numbers, and what is fed. A hint, not a promise. */
import { type Expression, type Instruction, instructionsOf, type Program } from '@ndl/ir';

/** Buffers with many zeros, and those of them that hold what is fed. */
interface OftenZero {
  readonly all: ReadonlySet<string>;
  readonly fed: ReadonlySet<string>;
}

const known = /* @__PURE__ */ new WeakMap<Program, OftenZero>();

export function isOftenZero(program: Program, buffer: string): boolean {
  return oftenZeroIn(program).all.has(buffer);
}

/** Whether it holds what is fed: that may have zeros, or none. */
export function isFed(program: Program, buffer: string): boolean {
  return oftenZeroIn(program).fed.has(buffer);
}

function oftenZeroIn(program: Program): OftenZero {
  const before = known.get(program);
  if (before !== undefined) return before;
  const fed = withCopies(program, new Set(program.inputs.map(({ buffer }) => buffer)), () => []);
  const found = { fed, all: withCopies(program, new Set(fed), computed) };
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

const COMPARISONS: readonly string[] = ['less', 'lessEqual', 'greater', 'greaterEqual', 'equal'];

function hasZeros(expression: Expression): boolean {
  const isZero = (node: Expression): boolean => node.kind === 'constant' && node.value === 0;
  switch (expression.kind) {
    case 'withDerivativeOf':
      return hasZeros(expression.value);
    case 'select': {
      const { whenTrue, whenFalse } = expression;
      return isZero(whenTrue) || isZero(whenFalse) || (hasZeros(whenTrue) && hasZeros(whenFalse));
    }
    case 'unary': {
      const { operation, operand } = expression;
      // What is counted, as spikes of a step are, is 0 wherever it is less than 1.
      return operation === 'floor' || (['negate', 'abs'].includes(operation) && hasZeros(operand));
    }
    case 'binary': {
      const { operation, left, right } = expression;
      if (operation === 'max') return isZero(left) || isZero(right);
      if (operation === 'multiply') return hasZeros(left) || hasZeros(right);
      if (operation === 'add' || operation === 'subtract') return hasZeros(left) && hasZeros(right);
      return COMPARISONS.includes(operation);
    }
    default:
      return false;
  }
}
