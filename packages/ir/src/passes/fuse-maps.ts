/** @file Makes one map of two where the second alone reads what the first computes: one pass over memory instead of two. */
import { ExpressionPool } from '../kernel/expression-pool.ts';
import { isView, mapSections, readsOf } from '../program/instruction-access.ts';
import type { Instruction, MapInstruction, Operand } from '../program/instructions.ts';
import { makeKernel } from '../kernel/kernel-builder.ts';
import { joinLabels } from '../program/labels.ts';
import { replaceOperands } from '../kernel/kernel-rewriting.ts';
import type { Expression } from '../kernel/kernel.ts';
import type { Buffer, Program } from '../program/program.ts';
import type { View } from '../program/view.ts';
import { overlaps, sameView } from '../program/view-elements.ts';
import { lagsOf, sameShape } from '../program/views.ts';
import { BufferUses } from '../program/buffer-uses.ts';
import { type PassContext, privateBuffers, type ProgramPass } from './program-pass.ts';

/**
 * The same to rounding. Fuses a map with one output, a temp, into the one later map of its section that reads it, as an
 * input, by the same view and under its own shape; where nothing writes its operands in between, nor the second map a part
 * of them.
 */
export const fuseMaps: ProgramPass = {
  name: 'fuseMaps',
  apply(program: Program, context: PassContext): Program {
    const uses = new BufferUses(program);
    const isPrivate = privateBuffers(program, context);
    const gone = new Set<string>();
    const fused = mapSections(program, ({ instructions }, section) =>
      new SectionFusion(instructions, section, uses, isPrivate, gone).run(),
    );
    return {
      ...fused,
      buffers: program.buffers.filter(({ id }) => !gone.has(id)),
      symbols: Object.fromEntries(Object.entries(program.symbols).filter(([, view]) => !gone.has(view.buffer))),
    };
  },
};

/** A view that an instruction reads, and the position of that instruction: fusion moves it. */
interface Read {
  index: number;
  readonly view: View;
}

class SectionFusion {
  /** The instructions; what was fused into a later one leaves its place empty. */
  readonly #instructions: (Instruction | undefined)[];
  readonly #section: number;
  readonly #uses: BufferUses;
  readonly #isPrivate: (buffer: Buffer) => boolean;
  readonly #gone: Set<string>;
  /** By position of the instruction. */
  readonly #readsAt: Read[][];
  /** By id of the buffer. */
  readonly #readsOf = new Map<string, Read[]>();

  constructor(
    instructions: readonly Instruction[],
    section: number,
    uses: BufferUses,
    isPrivate: (buffer: Buffer) => boolean,
    gone: Set<string>,
  ) {
    this.#instructions = [...instructions];
    this.#section = section;
    this.#uses = uses;
    this.#isPrivate = isPrivate;
    this.#gone = gone;
    this.#readsAt = instructions.map((instruction, index) => readsOf(instruction).map((view) => ({ index, view })));
    for (const read of this.#readsAt.flat()) {
      const reads = this.#readsOf.get(read.view.buffer);
      if (reads === undefined) this.#readsOf.set(read.view.buffer, [read]);
      else reads.push(read);
    }
  }

  /** Fuses whatever can be, first instructions first, and returns what is left. */
  run(): Instruction[] {
    for (let index = 0; index < this.#instructions.length; index++) {
      const waiting = [index];
      for (let first = waiting.pop(); first !== undefined; first = waiting.pop()) waiting.push(...this.#fuse(first));
    }
    return this.#instructions.filter((instruction) => instruction !== undefined);
  }

  /** Fuses the instruction into its consumer, if it has one; what may now be fused as well, last first. */
  #fuse(index: number): number[] {
    const first = this.#instructions[index];
    const at = this.#consumerOf(index);
    if (first?.kind !== 'map' || at === undefined) return [];
    const { buffer } = first.outputs[0]!.target;
    const moved = this.#readsAt[index]!;
    this.#instructions[at] = fusedMap(first, this.#instructions[at] as MapInstruction, buffer);
    this.#instructions[index] = undefined;
    this.#gone.add(buffer);
    for (const read of moved) read.index = at;
    this.#readsAt[at]!.push(...moved);
    // An operand of both now has one reader.
    const producers = moved.flatMap(({ view }) => {
      const writes = this.#uses.writesOf(view.buffer);
      return writes.length === 1 && writes[0]!.section === this.#section && writes[0]!.index < index
        ? [writes[0]!.index]
        : [];
    });
    return [...new Set(producers)].sort((a, b) => b - a);
  }

  /** Position of the map that the instruction at `index` can be fused into. */
  #consumerOf(index: number): number | undefined {
    const first = this.#instructions[index];
    if (first?.kind !== 'map' || first.outputs.length !== 1) return undefined;
    const { target, mode } = first.outputs[0]!;
    const buffer = this.#uses.bufferOf(target);
    if (mode !== 'set' || !this.#isPrivate(buffer) || this.#uses.writesOf(buffer.id).length !== 1) return undefined;
    if (this.#uses.readsOf(buffer.id).some(({ section }) => section !== this.#section)) return undefined;
    const reads = this.#readsOf.get(buffer.id) ?? [];
    const at = reads[0]?.index ?? -1;
    const second = this.#instructions[at];
    if (second?.kind !== 'map' || at <= index) return undefined;

    const isReadAsItIs = reads.every((read) => read.index === at && sameView(read.view, target));
    const isInput = !second.parameters.some((operand) => isView(operand) && operand.buffer === buffer.id);
    const keepsShape = sameShape(second.outputs[0]!.target.shape, target.shape);
    const operandsLast = this.#readsAt[index]!.every(
      ({ view }) =>
        !this.#uses.isChanged(view, this.#section, index + 1, at) &&
        second.outputs.every((output) => canBeBoth(view, output.target)),
    );
    return isReadAsItIs && isInput && keepsShape && operandsLast ? at : undefined;
  }
}

/** Whether a map may read one view and write the other. */
function canBeBoth(read: View, written: View): boolean {
  return lagsOf(read).least > 0 || sameView(read, written) || !overlaps(read, written);
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
