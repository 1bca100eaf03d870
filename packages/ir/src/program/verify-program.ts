/**
 * @file The law of programs. A program that passes means the same on every backend; each pass over programs is followed by
 * this check.
 */
import { irInvalid } from '../errors.ts';
import { readsOf, writesOf } from './instruction-access.ts';
import type { Instruction } from './instructions.ts';
import { printInstruction, printView } from './print-program.ts';
import { gradientOf, type Buffer, type Program, type Section, type SectionKind, type Training } from './program.ts';
import type { ArrayData } from './tables.ts';
import { verifyBuffer, verifyNames, WRITTEN_IN } from './verify-declarations.ts';
import type { View } from './view.ts';
import { type Fail, type Surroundings, verifyInstruction, verifyView } from './verify-instruction.ts';
import { lagsOf, sameShape } from './views.ts';
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
  const check = new Verification(program, context);
  check.declarations();
  program.sections.forEach((section) => check.section(section, section.kind));
  check.namedViews();
}

/**
 * Checks a training: its forward program, `loss` as what follows that program, `update`, and the names in it.
 * @throws NdlError IR_INVALID
 */
export function verifyTraining(training: Training, arrays?: ReadonlyMap<string, ArrayData>): void {
  verifyProgram(training.forward, { arrays });
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
  check.declarations();
  for (const { name, buffer, held } of training.targets) check.target(name, buffer, held);
  for (const section of forward.sections) check.section(section, section.kind);
  check.section(after(loss), 'loss');
  check.result('objective', training.objective);
  for (const [name, view] of Object.entries(training.reports)) check.result(`report ${name}`, view);
  for (const gradient of gradients) check.provide(gradient.id);
  check.section(after(update), 'update');
}

class Verification {
  readonly #program: Program;
  readonly #after: ReadonlySet<string>;
  readonly #arrays: VerificationContext['arrays'];
  readonly #visit: VerificationContext['visit'];
  readonly #isFirst: boolean;
  readonly #buffers: ReadonlyMap<string, Buffer>;
  readonly #scalars: ReadonlySet<string>;
  readonly #hosts: ReadonlySet<string>;
  readonly #written: WrittenElements;
  readonly #fedEachStep: ReadonlySet<string>;
  /** The section in which a value of one step was first met. */
  readonly #homes = new Map<string, Section>();

  constructor(program: Program, { after, arrays, visit }: VerificationContext = {}) {
    this.#visit = visit;
    this.#arrays = arrays;
    this.#program = program;
    this.#isFirst = after === undefined;
    this.#after = new Set(after?.buffers.map((buffer) => buffer.id));
    this.#buffers = new Map(program.buffers.map((buffer) => [buffer.id, buffer]));
    this.#scalars = new Set(program.scalars.map((scalar) => scalar.name));
    this.#hosts = new Set(program.hosts.map((host) => host.id));
    this.#written = new WrittenElements(this.#buffers);
    this.#fedEachStep = new Set(program.inputs.filter((input) => !input.held).map((input) => input.buffer));
    for (const buffer of program.buffers) if (this.#isThereBefore(buffer)) this.#written.addWhole(buffer.id);
  }

  declarations(): void {
    const { dt, dtype, buffers, inputs, maximumBlock, sections } = this.#program;
    if (!(dt > 0 && Number.isFinite(dt)))
      throw irInvalid('program', `dt must be a positive number of seconds, got ${dt}`);
    if (dtype !== 'float32' && dtype !== 'float64')
      throw irInvalid('program', `dtype must be float32 or float64, got ${String(dtype)}`);
    if (maximumBlock !== undefined && !(Number.isInteger(maximumBlock) && maximumBlock >= 1))
      throw irInvalid('program', `maximumBlock must be a whole number of steps from 1 on, got ${maximumBlock}`);
    verifyNames(this.#program);
    const known = { buffers: this.#buffers, arrays: this.#arrays };
    for (const buffer of buffers) {
      verifyBuffer(buffer, known, failAt(`buffer ${buffer.id}`));
      const isFed = inputs.some((input) => input.buffer === buffer.id);
      if (buffer.role === 'input' && !isFed && this.#isFirst)
        failAt(`buffer ${buffer.id}`)('no input declares it, so that nothing would ever write it');
    }
    for (const { kind, direction } of sections) {
      const fail = failAt(`section ${kind}`);
      if (!SECTION_KINDS.includes(kind)) fail('no kind of section; known: steps, block, window, before');
      if (direction !== 'ascending' && direction !== 'descending')
        fail(`direction must be ascending or descending, got ${String(direction)}`);
    }
    for (const { name, buffer, held } of inputs) {
      const declared = this.#buffers.get(buffer);
      const fail = failAt(`input ${name}`);
      if (declared?.role !== 'input')
        fail(`buffer "${buffer}" is ${declared ? `of role ${declared.role}` : 'unknown'}, expected role input`);
      const { steps, lifetime } = declared!;
      if (held && (steps !== 'one' || lifetime !== 'window'))
        fail(`is held, so that its buffer "${buffer}" has one value, for a window`);
      if (!held && steps === 'one' && lifetime !== 'step')
        fail(`is fed each step, so that its buffer "${buffer}", which has one value, lives for a step`);
    }
    for (const { name, every } of this.#program.outputs) {
      if (!(every >= 1 && Number.isFinite(every)))
        failAt(`output ${name}`)(`is read every ${every} steps; a number from 1 on is wanted`);
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

  section(section: Section, place: Place): void {
    const { kind, instructions } = section;
    const surroundings: Surroundings = {
      buffers: this.#buffers,
      scalars: this.#scalars,
      hosts: this.#hosts,
      section: kind,
    };
    instructions.forEach((instruction, index) => {
      if (place !== 'loss' && place !== 'update') this.#visit?.(section, index);
      const fail = failAt(`${place} ${index} (${printInstruction(instruction)})`);
      verifyInstruction(instruction, surroundings, fail);
      for (const view of readsOf(instruction)) this.#readable(view, section, fail);
      for (const { target, mode } of writesOf(instruction)) {
        this.#writable(target, section, place, fail);
        if (mode === 'add' && !this.#written.covers(target))
          fail(`adds to ${printView(target)} before it was wholly set`);
        this.#written.add(target);
      }
    });
  }

  namedViews(): void {
    for (const { name, view } of this.#program.outputs) {
      const fail = failAt(`output ${name}`);
      verifyView(view, this.#buffers, fail);
      if (view.lag !== undefined) fail(`${printView(view)} is read at a lag`);
      if (!this.#written.covers(view)) fail(`${printView(view)} is not wholly set at the end of a step`);
    }
    for (const [name, view] of Object.entries(this.#program.symbols))
      verifyView(view, this.#buffers, failAt(`symbol ${name}`));
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

  #readable(view: View, section: Section, fail: Fail): void {
    const { id, role } = this.#accessible(view, section, fail);
    if (section.kind === 'window' && this.#fedEachStep.has(id) && this.#buffers.get(id)!.steps === 'one')
      fail(`reads input ${id}, which is written before each step only`);
    if (lagsOf(view).least > 0 || this.#written.covers(view)) return;
    const hint = section.kind === 'steps' && role === 'temp' ? '; what a step may read first is state' : '';
    fail(`reads ${printView(view)} before it was wholly set${hint}`);
  }

  #writable(view: View, section: Section, place: Place, fail: Fail): void {
    const { id, role } = this.#accessible(view, section, fail);
    if (this.#after.has(id)) fail(`writes ${id}, which belongs to the program before`);
    const allowed = WRITTEN_IN[role];
    if (place === 'loss' && role !== 'temp') fail(`writes ${id}, but loss writes temps only`);
    if (!allowed.includes(section.kind)) {
      const where = allowed.length === 0 ? 'never written by instructions' : `written in ${allowed.join(', ')} only`;
      fail(`writes ${id}, but a buffer of role ${role} is ${where}`);
    }
  }

  /** The buffer of a view, where it lives in this section. */
  #accessible({ buffer }: View, section: Section, fail: Fail): Buffer {
    const known = this.#buffers.get(buffer)!;
    const { id, lifetime, steps } = known;
    const isOfBlock = lifetime === 'block' || (steps !== 'one' && steps.span === 'block');
    if (isOfBlock && (section.kind === 'window' || section.kind === 'before') && lifetime !== 'run')
      fail(`uses ${id} in a ${section.kind} section, but it lives within a block`);
    if (lifetime !== 'step' || this.#after.has(id)) return known;
    const home = this.#homes.get(id) ?? section;
    this.#homes.set(id, home);
    if (section.kind !== 'steps' || home !== section)
      fail(`uses ${id} in a ${section.kind} section, but it lives for a step; give it a value for each step`);
    return known;
  }
}

type Place = SectionKind | 'loss' | 'update';

const SECTION_KINDS: readonly SectionKind[] = ['steps', 'block', 'window', 'before'];

function failAt(place: string): Fail {
  return (problem) => {
    throw irInvalid(place, `${problem}.`);
  };
}
