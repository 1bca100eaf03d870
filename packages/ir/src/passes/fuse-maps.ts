/** @file Makes one map of two where the second alone reads what the first computes: one pass over memory instead of two. */
import { ExpressionPool } from '../kernel/expression-pool.ts';
import { isView, mapSections, readsOf, writesOf } from '../program/instruction-access.ts';
import type { Instruction, MapInstruction, Operand } from '../program/instructions.ts';
import { makeKernel } from '../kernel/kernel-builder.ts';
import { joinLabels } from '../program/labels.ts';
import { replaceOperands } from '../kernel/kernel-rewriting.ts';
import type { Expression } from '../kernel/kernel.ts';
import type { Program, Section } from '../program/program.ts';
import { overlaps, sameShape, sameView } from '../program/views.ts';
import { BufferUses } from './buffer-uses.ts';
import type { PassContext, ProgramPass } from './program-pass.ts';

/**
 * The same to rounding. Fuses a map with one output, a temp, into the one later map of its section that reads it, as an
 * input, by the same view and under its own shape; where nothing writes its operands in between, nor the second map a part
 * of them.
 */
export const fuseMaps: ProgramPass = {
  name: 'fuseMaps',
  apply(program: Program, context: PassContext): Program {
    let fused = program;
    for (;;) {
      const pair = findPair(fused, new BufferUses(fused, context));
      if (pair === undefined) return fused;
      fused = fusePair(fused, pair);
    }
  },
};

interface Pair {
  readonly section: Section;
  readonly first: MapInstruction;
  readonly second: MapInstruction;
}

function findPair(program: Program, uses: BufferUses): Pair | undefined {
  for (const section of program.sections) {
    for (const [index, first] of section.instructions.entries()) {
      const second = consumerOf(first, index, section.instructions, uses);
      if (first.kind === 'map' && second !== undefined) return { section, first, second };
    }
  }
  return undefined;
}

/** The map that `first` can be fused into. */
function consumerOf(
  first: Instruction,
  index: number,
  instructions: readonly Instruction[],
  uses: BufferUses,
): MapInstruction | undefined {
  if (first.kind !== 'map' || first.outputs.length !== 1) return undefined;
  const { target, mode } = first.outputs[0]!;
  const buffer = uses.bufferOf(target);
  if (mode !== 'set' || !uses.isPrivate(buffer) || uses.writesOf(buffer.id).length !== 1) return undefined;
  const reads = uses.readsOf(buffer.id);
  const second = reads[0]?.instruction;
  const at = second === undefined ? -1 : instructions.indexOf(second, index + 1);
  if (second?.kind !== 'map' || at < 0) return undefined;

  const isReadAsItIs = reads.every((read) => read.instruction === second && sameView(read.view, target));
  const isInput = !second.parameters.some((operand) => isView(operand) && operand.buffer === buffer.id);
  const keepsShape = sameShape(second.outputs[0]!.target.shape, target.shape);
  const operandsLast = readsOf(first).every(
    (operand) =>
      !instructions
        .slice(index + 1, at)
        .some((other) => writesOf(other).some((write) => overlaps(write.target, operand))) &&
      second.outputs.every((output) => !overlaps(output.target, operand) || sameView(output.target, operand)),
  );
  return isReadAsItIs && isInput && keepsShape && operandsLast ? second : undefined;
}

function fusePair(program: Program, { section, first, second }: Pair): Program {
  const { buffer } = first.outputs[0]!.target;
  const fused = mapSections(program, (each) =>
    each !== section
      ? each.instructions
      : each.instructions
          .map((instruction) => (instruction === second ? fusedMap(first, second, buffer) : instruction))
          .filter((instruction) => instruction !== first),
  );
  return {
    ...fused,
    buffers: program.buffers.filter(({ id }) => id !== buffer),
    symbols: Object.fromEntries(Object.entries(program.symbols).filter(([, view]) => view.buffer !== buffer)),
  };
}

/** `second` with `first` in the place of its operand `buffer`. */
function fusedMap(first: MapInstruction, second: MapInstruction, buffer: string): MapInstruction {
  const pool = new ExpressionPool();
  const taken = new Set([...second.kernel.inputs, ...second.kernel.parameters]);
  const inputs = renamed(first.kernel.inputs, taken, (name) => pool.input(name));
  const parameters = renamed(first.kernel.parameters, taken, (name) => pool.parameter(name));
  const [value] = replaceOperands(pool, [first.kernel.outputs[0]!.expression], {
    inputs: inputs.expressions,
    parameters: parameters.expressions,
  });

  const isReplaced = (operand: Operand): boolean => isView(operand) && operand.buffer === buffer;
  const replacements = new Map(
    second.kernel.inputs.filter((_, index) => isReplaced(second.inputs[index]!)).map((name) => [name, value!]),
  );
  const expressions = replaceOperands(
    pool,
    second.kernel.outputs.map((output) => output.expression),
    { inputs: replacements },
  );
  const kernel = makeKernel(
    `${first.kernel.name} then ${second.kernel.name}`,
    [...second.kernel.inputs.filter((name) => !replacements.has(name)), ...inputs.names],
    [...second.kernel.parameters, ...parameters.names],
    second.kernel.outputs.map(({ name }, index) => ({ name, expression: expressions[index]! })),
  );
  return {
    kind: 'map',
    ...joinLabels([first.label, second.label]),
    kernel,
    inputs: [...second.inputs.filter((operand) => !isReplaced(operand)), ...first.inputs],
    parameters: [...second.parameters, ...first.parameters],
    outputs: second.outputs,
  };
}

interface Renamed {
  readonly names: readonly string[];
  readonly expressions: ReadonlyMap<string, Expression>;
}

/** The names, changed where they are taken, and what stands for each old one. */
function renamed(names: readonly string[], taken: Set<string>, make: (name: string) => Expression): Renamed {
  const pairs = names.map((name): [string, string] => {
    let free = name;
    for (let number = 2; taken.has(free); number++) free = `${name}${number}`;
    taken.add(free);
    return [name, free];
  });
  return {
    names: pairs.map(([, free]) => free),
    expressions: new Map(pairs.map(([name, free]) => [name, make(free)])),
  };
}
