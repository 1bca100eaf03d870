/**
 * @file The law of programs. A program that passes means the same on every backend; each pass over programs is followed by
 * this check.
 */
import { complete, OperationCount, type Pieces } from '@ndl/numerics';
import { irInvalid } from '../errors.ts';
import { readsOf, writesOf } from './instruction-access.ts';
import type { Instruction } from './instructions.ts';
import { printInstruction, printView } from './print-program.ts';
import {
  type Buffer,
  gradientOf,
  type OutputDeclaration,
  type Program,
  type Section,
  type SectionKind,
  type Training,
} from './program.ts';
import { sectionPasses } from './section-passes.ts';
import type { ArrayData } from './tables.ts';
import { failAt, verifyDeclarations, WRITTEN_IN } from './verify-declarations.ts';
import { Lives } from './verify-lives.ts';
import type { View } from './view.ts';
import { type Fail, verifyInstruction, verifyView } from './verify-instruction.ts';
import { fullView, lagsOf, sameShape } from './views.ts';
import { WrittenElements } from './written-elements.ts';

/** What is known of a program beside itself. */
export interface VerificationContext {
  /** The program that ran before over the same buffers: this one may read, but not write, what it left. */
  readonly after?: Program;
  /** Arrays that initial contents name; without them, that they exist and fit is not checked. */
  readonly arrays?: ReadonlyMap<string, ArrayData> | undefined;
  /** Told which instruction is looked at. */
  readonly visit?: (section: Section, index: number) => void;
}

/**
 * Checks every rule of the intermediate representation.
 * @throws NdlError IR_INVALID, naming the section, the number and the text of the instruction, and the rule
 */
export function verifyProgram(program: Program, context: VerificationContext = {}): void {
  complete(verifyProgramInPieces(program, context));
}

/** What a look at an instruction is worth, in operations. */
const LOOK_COST = 4096;

/** `verifyProgram` in pieces. @throws NdlError IR_INVALID */
export function* verifyProgramInPieces(program: Program, context: VerificationContext = {}): Pieces<void> {
  const check = new Verification(program, context);
  for (const [section, { kind }] of program.sections.entries()) yield* check.section(section, kind);
  check.finish();
}

/**
 * Checks a training: its forward program, `loss` as what follows that program, `update`, and the names in it.
 * @throws NdlError IR_INVALID
 */
export function verifyTraining(training: Training, arrays?: ReadonlyMap<string, ArrayData>): void {
  complete(verifyTrainingInPieces(training, arrays));
}

/** `verifyTraining` in pieces. @throws NdlError IR_INVALID */
export function* verifyTrainingInPieces(training: Training, arrays?: ReadonlyMap<string, ArrayData>): Pieces<void> {
  yield* verifyProgramInPieces(training.forward, { arrays });
  const { forward, trainable, loss, update } = training;
  for (const id of trainable) {
    const role = forward.buffers.find((buffer) => buffer.id === id)?.role;
    if (role !== 'parameter')
      throw irInvalid(`trainable "${id}"`, role ? `its role is ${role}, not parameter` : 'no such buffer');
  }
  const gradients = forward.buffers
    .filter((buffer) => trainable.includes(buffer.id))
    .map((buffer): Buffer => {
      return { ...buffer, id: gradientOf(buffer.id), role: 'temp', lifetime: 'window', initial: 0 };
    });
  const after = (instructions: readonly Instruction[]): Section => {
    return { kind: 'window', direction: 'ascending', instructions };
  };
  const whole: Program = {
    ...forward,
    sections: [...forward.sections, after(loss), after(update)],
    buffers: [...forward.buffers, ...training.buffers, ...gradients],
    scalars: [...forward.scalars, ...training.scalars],
    hosts: [...forward.hosts, ...training.hosts],
  };
  const check = new Verification(whole, { arrays });
  for (const { name, buffer, held } of training.targets) check.target(name, buffer, held);
  const end = forward.sections.length;
  for (const [section, { kind }] of forward.sections.entries()) yield* check.section(section, kind);
  yield* check.section(end, 'loss');
  check.result('objective', training.objective);
  for (const [name, view] of Object.entries(training.reports)) check.result(`report ${name}`, view);
  for (const gradient of gradients) check.provide(gradient.id);
  yield* check.section(end + 1, 'update');
}

/** Where instructions stand, as errors say it. */
type Place = SectionKind | 'loss' | 'update';

class Verification {
  readonly #program: Program;
  readonly #after: ReadonlySet<string>;
  readonly #visit: VerificationContext['visit'];
  readonly #isFirst: boolean;
  readonly #buffers: ReadonlyMap<string, Buffer>;
  readonly #scalars: ReadonlySet<string>;
  readonly #hosts: ReadonlySet<string>;
  readonly #written: WrittenElements;
  readonly #lives: Lives;
  readonly #passes: readonly number[];
  /** Outputs that no pass has set yet. */
  readonly #missing: Set<OutputDeclaration>;
  /** State with a value for each step that no pass has wholly set yet. */
  readonly #unset: Set<Buffer>;

  constructor(program: Program, { after, arrays, visit }: VerificationContext = {}) {
    verifyDeclarations(program, arrays, after === undefined);
    this.#visit = visit;
    this.#program = program;
    this.#isFirst = after === undefined;
    this.#after = new Set(after?.buffers.map((buffer) => buffer.id));
    this.#buffers = new Map(program.buffers.map((buffer) => [buffer.id, buffer]));
    this.#scalars = new Set(program.scalars.map((scalar) => scalar.name));
    this.#hosts = new Set(program.hosts.map((host) => host.id));
    this.#written = new WrittenElements(this.#buffers);
    this.#lives = new Lives(program, this.#after);
    this.#passes = sectionPasses(program.sections);
    this.#missing = new Set(program.outputs);
    this.#unset = new Set(program.buffers.filter(({ role, steps }) => role === 'state' && steps !== 'one'));
    for (const buffer of program.buffers) if (this.#isThereBefore(buffer)) this.#written.addWhole(buffer.id);
    for (const { name, view } of program.outputs) {
      verifyView(view, this.#buffers, failAt(`output ${name}`));
      if (view.lag !== undefined) failAt(`output ${name}`)(`${printView(view)} is read at a lag`);
      this.#lives.verifyOutput(view, failAt(`output ${name}`));
    }
  }

  target(name: string, id: string, held: boolean): void {
    const fail = failAt(`target ${name}`);
    const buffer = this.#buffers.get(id);
    if (buffer?.role !== 'target')
      fail(`buffer "${id}" is ${buffer ? `of role ${buffer.role}` : 'unknown'}, expected role target`);
    if ((buffer!.steps === 'one') !== held)
      fail(held ? `is held, so that buffer "${id}" has one value` : `buffer "${id}" must have a value for each step`);
  }

  /** A buffer that something else fills before the next section. */
  provide(id: string): void {
    this.#written.addWhole(id);
  }

  *section(number: number, place: Place): Pieces<void> {
    const section = this.#program.sections[number]!;
    const pass = this.#passes[number]!;
    if (pass !== -1 && this.#passes[number - 1] !== pass) this.#beginPass();
    const surroundings = {
      buffers: this.#buffers,
      scalars: this.#scalars,
      hosts: this.#hosts,
      section: section.kind,
    };
    const operations = new OperationCount();
    for (const [index, instruction] of section.instructions.entries()) {
      if (place !== 'loss' && place !== 'update') this.#visit?.(section, index);
      const fail = failAt(() => `${place} ${index} (${printInstruction(instruction)})`);
      verifyInstruction(instruction, surroundings, fail);
      this.#lives.verify(instruction, { section: number, index }, fail);
      this.#verifyOrder(instruction, section.kind, place, fail);
      const done = operations.add(LOOK_COST);
      if (done !== undefined) yield done;
    }
    yield operations.rest();
    if (pass !== -1 && this.#passes[number + 1] !== pass) this.#endPass();
  }

  /** What must be set, and is not, once all sections have run. */
  finish(): void {
    if (!this.#passes.some((pass) => pass !== -1)) this.#endPass();
    for (const { name, view } of this.#missing)
      failAt(`output ${name}`)(`${printView(view)} is not wholly set at the end of a step`);
    for (const [name, view] of Object.entries(this.#program.symbols))
      verifyView(view, this.#buffers, failAt(`symbol ${name}`));
    for (const { id } of this.#isFirst ? this.#unset : [])
      failAt(`buffer ${id}`)('state with a value for each step, but no section sets all of it');
  }

  /** A number that `loss` leaves for others to read. */
  result(name: string, view: View): void {
    const fail = failAt(name);
    verifyView(view, this.#buffers, fail);
    const { id, role, items, steps } = this.#buffers.get(view.buffer)!;
    if (!sameShape(view.shape, [])) fail(`must be a scalar (shape []), got shape [${view.shape.join(', ')}]`);
    if (role !== 'temp' || items || steps !== 'one') fail(`must be in a shared temp with one value; ${id} is none`);
    if (!this.#written.covers(view)) fail('is not set by loss');
  }

  /** Whether something stands in a buffer before any instruction has written it. */
  #isThereBefore({ id, role, steps }: Buffer): boolean {
    if (this.#after.has(id)) return true;
    // State that has a value for each step is set in each, like a temp; what it held before stands at a lag.
    return role === 'state' ? steps === 'one' : role !== 'temp';
  }

  /** What lives within a block is to be set in each pass. */
  #beginPass(): void {
    for (const buffer of this.#program.buffers) {
      const { id, lifetime, steps } = buffer;
      const isOfBlock = lifetime === 'block' || (steps !== 'one' && steps.span === 'block');
      if (isOfBlock && !this.#isThereBefore(buffer)) this.#written.forget(id);
    }
  }

  #endPass(): void {
    for (const output of this.#missing) if (this.#written.covers(output.view)) this.#missing.delete(output);
    for (const buffer of this.#unset) if (this.#written.covers(fullView(buffer))) this.#unset.delete(buffer);
  }

  /** What is read has been set, and what is written may be. */
  #verifyOrder(instruction: Instruction, kind: SectionKind, place: Place, fail: Fail): void {
    for (const view of readsOf(instruction)) {
      if (lagsOf(view).least > 0 || this.#written.covers(view)) continue;
      const isTemp = this.#buffers.get(view.buffer)!.role === 'temp';
      const hint = kind === 'steps' && isTemp ? '; what a step may read first is state' : '';
      fail(`reads ${printView(view)} before it was wholly set${hint}`);
    }
    for (const { target, mode } of writesOf(instruction)) {
      this.#verifyWritable(target, kind, place, fail);
      if (mode === 'add' && !this.#written.covers(target))
        fail(`adds to ${printView(target)} before it was wholly set`);
      this.#written.add(target);
    }
  }

  #verifyWritable({ buffer }: View, kind: SectionKind, place: Place, fail: Fail): void {
    const { id, role } = this.#buffers.get(buffer)!;
    if (this.#after.has(id)) fail(`writes ${id}, which belongs to the program before`);
    const allowed = WRITTEN_IN[role];
    if (place === 'loss' && role !== 'temp') fail(`writes ${id}, but loss writes temps only`);
    if (!allowed.includes(kind)) {
      const where = allowed.length === 0 ? 'never written by instructions' : `written in ${allowed.join(', ')} only`;
      fail(`writes ${id}, but a buffer of role ${role} is ${where}`);
    }
  }
}
