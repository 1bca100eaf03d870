/**
 * @file The law of programs. A program that passes means the same on every backend; each pass over programs is followed by
 * this check.
 */
import { isNdArray } from '@ndl/numerics';
import { irInvalid } from '../errors.ts';
import { readsOf, SECTIONS, type Section, writesOf } from './instruction-access.ts';
import type { Instruction } from './instructions.ts';
import { printInstruction, printView } from './print-program.ts';
import { type Buffer, type BufferRole, gradientOf, type Program, type Training } from './program.ts';
import type { View } from './view.ts';
import { type Fail, type Surroundings, verifyInstruction, verifyView } from './verify-instruction.ts';
import { sameShape } from './views.ts';
import { WrittenElements } from './written-elements.ts';

/** What is known of a program beside itself. */
export interface VerificationContext {
  /** The program that ran before over the same buffers: this one may read, but not write, what it left. */
  readonly after?: Program;
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
  for (const section of SECTIONS) check.section(section, program[section]);
  check.namedViews();
}

/**
 * Checks a training: its forward program, `loss` as what follows that program's epilogue, `update`, and the names in it.
 * @throws NdlError IR_INVALID
 */
export function verifyTraining(training: Training): void {
  verifyProgram(training.forward);
  const { forward, trainable } = training;
  for (const id of trainable) {
    const role = forward.buffers.find((buffer) => buffer.id === id)?.role;
    if (role !== 'parameter')
      throw irInvalid(`trainable "${id}"`, role ? `its role is ${role}, not parameter` : 'no such buffer');
  }
  const gradients = forward.buffers
    .filter((buffer) => trainable.includes(buffer.id))
    .map((buffer): Buffer => ({ ...buffer, id: gradientOf(buffer.id), role: 'gradient', initial: 0 }));
  const check = new Verification({
    ...forward,
    buffers: [...forward.buffers, ...training.buffers, ...gradients],
    scalars: [...forward.scalars, ...training.scalars],
    hosts: [...forward.hosts, ...training.hosts],
  });
  check.declarations();
  for (const { name, buffer, held } of training.targets) check.target(name, buffer, held);
  for (const section of SECTIONS) check.section(section, forward[section]);
  check.section('loss', training.loss);
  check.result('objective', training.objective);
  for (const [name, view] of Object.entries(training.reports)) check.result(`report ${name}`, view);
  for (const gradient of gradients) check.provide(gradient.id);
  check.section('update', training.update);
}

type Place = Section | 'loss' | 'update';

/** Where each role may be written by instructions. */
const WRITTEN_IN: Readonly<Record<BufferRole, readonly Place[]>> = {
  parameter: ['update'],
  state: ['step'],
  constant: [],
  input: [],
  target: [],
  temp: ['prologue', 'step', 'epilogue', 'loss', 'update'],
  gradient: ['prologue', 'step', 'epilogue', 'update'],
  optimizer: ['update'],
};

const SHARED_ROLES: readonly BufferRole[] = ['parameter', 'constant', 'optimizer'];
const BATCHED_ROLES: readonly BufferRole[] = ['state', 'input', 'target'];
const HISTORY_ROLES: readonly BufferRole[] = ['temp', 'input', 'target', 'gradient'];
/** Roles whose contents come from the program itself, and must be written before they are read. */
const COMPUTED_ROLES: readonly BufferRole[] = ['temp', 'gradient'];

class Verification {
  readonly #program: Program;
  readonly #after: ReadonlySet<string>;
  readonly #visit: VerificationContext['visit'];
  readonly #isFirst: boolean;
  readonly #buffers: ReadonlyMap<string, Buffer>;
  readonly #scalars: ReadonlySet<string>;
  readonly #hosts: ReadonlySet<string>;
  readonly #written: WrittenElements;
  readonly #writtenInStep: ReadonlySet<string>;
  readonly #fedEachStep: ReadonlySet<string>;

  constructor(program: Program, { after, visit }: VerificationContext = {}) {
    this.#visit = visit;
    this.#program = program;
    this.#isFirst = after === undefined;
    this.#after = new Set(after?.buffers.map((buffer) => buffer.id));
    this.#buffers = new Map(program.buffers.map((buffer) => [buffer.id, buffer]));
    this.#scalars = new Set(program.scalars.map((scalar) => scalar.name));
    this.#hosts = new Set(program.hosts.map((host) => host.id));
    this.#written = new WrittenElements(this.#buffers);
    this.#writtenInStep = new Set(program.step.flatMap(writesOf).map((write) => write.target.buffer));
    this.#fedEachStep = new Set(program.inputs.filter((input) => !input.held).map((input) => input.buffer));
    for (const { id, role } of program.buffers) {
      if (this.#after.has(id) || !COMPUTED_ROLES.includes(role)) this.#written.addWhole(id);
    }
  }

  declarations(): void {
    const { dt, dtype, buffers, scalars, hosts, inputs, outputs } = this.#program;
    if (!(dt > 0 && Number.isFinite(dt)))
      throw irInvalid('program', `dt must be a positive number of seconds, got ${dt}`);
    if (dtype !== 'float32' && dtype !== 'float64')
      throw irInvalid('program', `dtype must be float32 or float64, got ${String(dtype)}`);
    refuseRepeats(
      'buffer',
      buffers.map((buffer) => buffer.id),
    );
    refuseRepeats(
      'scalar',
      scalars.map((scalar) => scalar.name),
    );
    refuseRepeats(
      'host',
      hosts.map((host) => host.id),
    );
    refuseRepeats(
      'input',
      inputs.map((input) => input.name),
    );
    refuseRepeats(
      'output',
      outputs.map((output) => output.name),
    );
    for (const buffer of buffers) this.#declaredBuffer(buffer);
    for (const { name, buffer, held } of inputs) {
      const declared = this.#buffers.get(buffer);
      const fail = failAt(`input ${name}`);
      if (declared?.role !== 'input')
        fail(`buffer "${buffer}" is ${declared ? `of role ${declared.role}` : 'unknown'}, expected role input`);
      if (held && declared!.history) fail(`is held, so that its buffer "${buffer}" can have no history`);
    }
  }

  target(name: string, id: string, held: boolean): void {
    const fail = failAt(`target ${name}`);
    const buffer = this.#buffers.get(id);
    if (buffer?.role !== 'target')
      fail(`buffer "${id}" is ${buffer ? `of role ${buffer.role}` : 'unknown'}, expected role target`);
    if (buffer!.history === held)
      fail(held ? `is held, so that buffer "${id}" has no history` : `buffer "${id}" must have a history`);
  }

  /** A buffer that something else fills before the next section. */
  provide(id: string): void {
    this.#written.addWhole(id);
  }

  section(place: Place, instructions: readonly Instruction[]): void {
    // What a step reads before it has set it would be the step before's: that is state.
    if (place === 'step') {
      for (const id of this.#writtenInStep) if (this.#buffers.get(id)?.role === 'temp') this.#written.forget(id);
    }
    const surroundings: Surroundings = {
      buffers: this.#buffers,
      scalars: this.#scalars,
      hosts: this.#hosts,
      inStep: place === 'step',
    };
    instructions.forEach((instruction, index) => {
      if (place !== 'loss' && place !== 'update') this.#visit?.(place, index);
      const fail = failAt(`${place} ${index} (${printInstruction(instruction)})`);
      verifyInstruction(instruction, surroundings, fail);
      for (const view of readsOf(instruction)) this.#readable(view, place, fail);
      for (const { target, mode } of writesOf(instruction)) {
        this.#writable(target, place, fail);
        if (mode === 'add' && !this.#written.covers(target))
          fail(`adds to ${printView(target)} before it was wholly set`);
        this.#written.add(target);
      }
    });
    if (place === 'step') {
      for (const { name, view } of this.#program.outputs) {
        const fail = failAt(`output ${name}`);
        verifyView(view, this.#buffers, fail);
        if (!this.#written.covers(view)) fail(`${printView(view)} is not wholly set at the end of a step`);
      }
    }
  }

  namedViews(): void {
    for (const [name, view] of Object.entries(this.#program.symbols))
      verifyView(view, this.#buffers, failAt(`symbol ${name}`));
  }

  /** A number that `loss` leaves for others to read. */
  result(name: string, view: View): void {
    const fail = failAt(name);
    verifyView(view, this.#buffers, fail);
    const buffer = this.#buffers.get(view.buffer)!;
    if (!sameShape(view.shape, [])) fail(`must be a scalar (shape []), got shape [${view.shape.join(', ')}]`);
    if (buffer.role !== 'temp' || buffer.batched || buffer.history)
      fail(`must be in a shared temp without history; ${buffer.id} is not`);
    if (!this.#written.covers(view)) fail('is not set by loss');
  }

  #declaredBuffer({ id, role, batched, history, shape, initial }: Buffer): void {
    const fail = failAt(`buffer ${id}`);
    if (!shape.every((length) => Number.isInteger(length) && length >= 0))
      fail(`no valid shape: [${shape.join(', ')}]`);
    if (batched && SHARED_ROLES.includes(role)) fail(`a buffer of role ${role} is shared, not batched`);
    if (!batched && BATCHED_ROLES.includes(role)) fail(`a buffer of role ${role} is batched, not shared`);
    if (history && !HISTORY_ROLES.includes(role)) fail(`a buffer of role ${role} has no history`);
    if (isNdArray(initial) && !sameShape(initial.shape, shape)) {
      fail(`its initial value has shape [${initial.shape.join(', ')}], expected [${shape.join(', ')}]`);
    }
    const isFed = this.#program.inputs.some((input) => input.buffer === id);
    if (role === 'input' && !isFed && this.#isFirst) fail('no input declares it, so that nothing would ever write it');
  }

  #readable(view: View, place: Place, fail: Fail): void {
    const { id, role, history } = this.#buffers.get(view.buffer)!;
    if (place === 'prologue' && this.#fedEachStep.has(id))
      fail(`reads input ${id}, which is written before each step only`);
    if (!this.#written.covers(view)) {
      fail(
        `reads ${printView(view)} before it was wholly set${place === 'step' ? '; what a step may read first is state' : ''}`,
      );
    }
    const isLastValue = !history && role !== 'gradient' && (this.#writtenInStep.has(id) || this.#fedEachStep.has(id));
    if ((place === 'epilogue' || place === 'loss') && isLastValue) {
      fail(`reads ${id}, of which only the last step's value is left; give it a history`);
    }
  }

  #writable(view: View, place: Place, fail: Fail): void {
    const { id, role, batched } = this.#buffers.get(view.buffer)!;
    if (this.#after.has(id)) fail(`writes ${id}, which belongs to the program before`);
    if (!WRITTEN_IN[role].includes(place)) {
      const allowed =
        WRITTEN_IN[role].length === 0
          ? 'never written by instructions'
          : `written in ${WRITTEN_IN[role].join(', ')} only`;
      fail(`writes ${id}, but a buffer of role ${role} is ${allowed}`);
    }
    if (place === 'step' && !batched && role !== 'gradient')
      fail(`writes shared ${id} in a step: what a step writes is batched`);
  }
}

function failAt(place: string): Fail {
  return (problem) => {
    throw irInvalid(place, `${problem}.`);
  };
}

function refuseRepeats(kind: string, names: readonly string[]): void {
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw irInvalid(`${kind} ${repeated}`, 'declared twice.');
}
