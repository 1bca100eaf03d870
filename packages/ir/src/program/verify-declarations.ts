/** @file The rules of what a program declares: names once, and buffers whose role, lifetime, axes and initial contents go together. */
import { irInvalid } from '../errors.ts';
import { problemOfGenerated, type GeneratedSource } from './generated-inputs.ts';
import { writesOf } from './instruction-access.ts';
import type { Buffer, BufferRole, InputDeclaration, Lifetime, Program, Section, SectionKind } from './program.ts';
import type { ArrayData } from './tables.ts';
import type { Fail } from './verify-instruction.ts';
import { sameShape } from './views.ts';

/** The kinds of section in which instructions may write a buffer of a role. */
export const WRITTEN_IN: Readonly<Record<BufferRole, readonly SectionKind[]>> = {
  parameter: ['window'],
  state: ['steps', 'block'],
  constant: [],
  input: [],
  target: [],
  temp: ['steps', 'block', 'window', 'before'],
  optimizer: ['window'],
};

const LIFETIMES: Readonly<Record<BufferRole, readonly Lifetime[]>> = {
  parameter: ['forever'],
  state: ['run'],
  constant: ['forever'],
  input: ['step', 'block', 'window', 'run'],
  target: ['window'],
  temp: ['step', 'block', 'window'],
  optimizer: ['forever'],
};

const SHARED_ROLES: readonly BufferRole[] = ['parameter', 'constant', 'optimizer'];
const ROLES_PER_ITEM: readonly BufferRole[] = ['state', 'input', 'target'];

const SECTION_KINDS: readonly SectionKind[] = ['steps', 'block', 'window', 'before'];

/**
 * Checks everything that a program says before its first instruction.
 * @param arrays where initial contents are found; without them, that they exist and fit is not checked
 * @param isFirst whether no program has run before over the same buffers
 * @throws NdlError IR_INVALID
 */
export function verifyDeclarations(
  program: Program,
  arrays: ReadonlyMap<string, ArrayData> | undefined,
  isFirst: boolean,
): void {
  const { dt, dtype, buffers, inputs, outputs, maximumBlock, sections } = program;
  const fail = failAt('program');
  if (!(dt > 0 && Number.isFinite(dt))) fail(`dt must be a positive number of seconds, got ${dt}`);
  if (dtype !== 'float32' && dtype !== 'float64') fail(`dtype must be float32 or float64, got ${String(dtype)}`);
  if (maximumBlock !== undefined && !(Number.isInteger(maximumBlock) && maximumBlock >= 1))
    fail(`maximumBlock must be a whole number of steps from 1 on, got ${maximumBlock}`);
  verifyNames(program);
  for (const section of sections) verifySection(section, failAt(`section ${section.kind}`));
  const known: Known = {
    buffers: new Map(buffers.map((buffer) => [buffer.id, buffer])),
    arrays,
    ascending: writtenIn(sections, 'ascending'),
    descending: writtenIn(sections, 'descending'),
  };
  const fed = new Set(inputs.map(({ buffer }) => buffer));
  for (const buffer of buffers) {
    const failHere = failAt(`buffer ${buffer.id}`);
    verifyBuffer(buffer, known, failHere);
    if (buffer.role === 'input' && isFirst && !fed.has(buffer.id))
      failHere('no input declares it, so that nothing would ever write it');
  }
  for (const input of inputs) verifyInput(input, known.buffers, failAt(`input ${input.name}`));
  for (const { name, every } of outputs) {
    if (!(every >= 1 && Number.isFinite(every)))
      failAt(`output ${name}`)(`is read every ${every} steps; a number from 1 on is wanted`);
  }
}

/** Throws an error that names a place. */
export function failAt(place: string | (() => string)): Fail {
  return (problem) => {
    throw irInvalid(typeof place === 'string' ? place : place(), `${problem}.`);
  };
}

/** What buffers are held against. */
interface Known {
  readonly buffers: ReadonlyMap<string, Buffer>;
  readonly arrays: ReadonlyMap<string, ArrayData> | undefined;
  /** Ids of what sections of each direction write. */
  readonly ascending: ReadonlySet<string>;
  readonly descending: ReadonlySet<string>;
}

function writtenIn(sections: readonly Section[], direction: Section['direction']): ReadonlySet<string> {
  const those = sections.filter((section) => section.direction === direction);
  return new Set(
    those.flatMap(({ instructions }) => instructions.flatMap(writesOf)).map(({ target }) => target.buffer),
  );
}

function verifySection({ kind, direction }: Section, fail: Fail): void {
  if (!SECTION_KINDS.includes(kind)) fail(`no kind of section; known: ${SECTION_KINDS.join(', ')}`);
  if (direction !== 'ascending' && direction !== 'descending')
    fail(`direction must be ascending or descending, got ${String(direction)}`);
}

function verifyInput(input: InputDeclaration, buffers: ReadonlyMap<string, Buffer>, fail: Fail): void {
  const { buffer, held, source = 'fed' } = input;
  const declared = buffers.get(buffer);
  if (declared?.role !== 'input')
    fail(`buffer "${buffer}" is ${declared ? `of role ${declared.role}` : 'unknown'}, expected role input`);
  const { steps, lifetime } = declared!;
  if (held && (steps !== 'one' || lifetime !== 'window'))
    fail(`is held, so that its buffer "${buffer}" has one value, for a window`);
  if (!held && steps === 'one' && lifetime !== 'step')
    fail(`is fed each step, so that its buffer "${buffer}", which has one value, lives for a step`);
  if (source !== 'fed') verifyGenerated(source, held, fail);
}

/** Calls `fail` with the first rule that a generated input breaks. */
function verifyGenerated(source: GeneratedSource, held: boolean, fail: Fail): void {
  if (held) fail('is held, but generated anew for each step');
  const problem = problemOfGenerated(source);
  if (problem !== undefined) fail(problem);
  const { first } = source.seeds;
  if (!Number.isInteger(first) || first < 0 || first >= 2 ** 32)
    fail(`its first seed must be a whole number from 0 to 2^32 - 1, got ${String(first)}`);
}

/** Calls `fail` with the first rule that a buffer breaks. */
function verifyBuffer(buffer: Buffer, known: Known, fail: Fail): void {
  const { role, lifetime, items, steps, shape } = buffer;
  if (!shape.every((length) => Number.isInteger(length) && length >= 0)) fail(`no valid shape: [${shape.join(', ')}]`);
  const lifetimes = LIFETIMES[role];
  if (lifetimes === undefined) fail(`no role: "${String(role)}"; known: ${Object.keys(LIFETIMES).join(', ')}`);
  if (!lifetimes.includes(lifetime))
    fail(
      `a buffer of role ${role} lives ${lifetimes.map((each) => (each === 'forever' ? each : `for a ${each}`)).join(' or ')}, not "${String(lifetime)}"`,
    );
  if (items && SHARED_ROLES.includes(role)) fail(`a buffer of role ${role} is shared by all items`);
  if (!items && ROLES_PER_ITEM.includes(role)) fail(`a buffer of role ${role} has a copy for each item`);
  if (steps !== 'one') {
    const { span, before } = steps;
    if (span !== 'block' && span !== 'window') fail(`spans a block or a window, not ${String(span)}`);
    if (!(Number.isInteger(before) && before >= 0)) fail(`keeps ${before} steps before; a whole number is wanted`);
    if (SHARED_ROLES.includes(role)) fail(`a buffer of role ${role} has one value for all steps`);
    if (lifetime === 'step') fail('lives for a step, and so has one value');
    if (span === 'window' && lifetime === 'block') fail('spans a window, but lives within a block');
    if (before > 0) verifyBefore(buffer, known, fail);
  }
  verifyInitial(buffer, known, fail);
}

/** Where steps are walked upwards, those before are carried on; where downwards, what lies beyond the window is zero. */
function verifyBefore({ id, lifetime }: Buffer, { ascending, descending }: Known, fail: Fail): void {
  if (ascending.has(id) && descending.has(id))
    fail('keeps steps before, and is written in both directions: they would lie earlier and later');
  if (!descending.has(id) && lifetime !== 'run')
    fail('keeps steps before, which are carried on: it must live for a run');
  if (descending.has(id) && lifetime === 'run')
    fail('keeps steps that lie later, where all is zero beyond a window: it cannot live for a run');
}

function verifyInitial({ role, shape, initial }: Buffer, { buffers, arrays }: Known, fail: Fail): void {
  const expectShape = (what: string, actual: readonly number[]): void => {
    if (!sameShape(actual, shape)) fail(`${what} has shape [${actual.join(', ')}], expected [${shape.join(', ')}]`);
  };
  if (typeof initial === 'number') return;
  if ('array' in initial) {
    const array = arrays?.get(initial.array);
    if (array !== undefined) expectShape('its initial value', array.shape);
    else if (arrays !== undefined) fail(`its initial value, array "${initial.array}", is in no table`);
    return;
  }
  const parameter = buffers.get(initial.parameter);
  if (role !== 'state') fail(`begins as parameter "${initial.parameter}", which only state does; its role is ${role}`);
  if (parameter?.role !== 'parameter')
    fail(`begins as "${initial.parameter}", which is ${parameter ? `of role ${parameter.role}` : 'no buffer'}`);
  expectShape(`parameter ${initial.parameter}`, parameter!.shape);
}

/** @throws NdlError IR_INVALID for a name that is declared twice. */
function verifyNames({ buffers, scalars, hosts, inputs, outputs, symbols }: Program): void {
  const lists: Readonly<Record<string, readonly string[]>> = {
    buffer: buffers.map(({ id }) => id),
    scalar: scalars.map(({ name }) => name),
    host: hosts.map(({ id }) => id),
    input: inputs.map(({ name }) => name),
    output: outputs.map(({ name }) => name),
  };
  for (const [kind, names] of Object.entries(lists)) {
    const known = new Set<string>();
    for (const name of names) {
      if (known.has(name)) throw irInvalid(`${kind} ${name}`, 'declared twice.');
      known.add(name);
    }
  }
  for (const { name, source = 'fed' } of inputs)
    if (source !== 'fed' && Object.hasOwn(symbols, name))
      throw irInvalid(
        `input ${name}`,
        'it is generated, and its position is saved by its name, which a symbol has too.',
      );
}
