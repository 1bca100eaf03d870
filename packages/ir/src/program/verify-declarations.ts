/** @file The rules of what a program declares: names once, and buffers whose role, lifetime, axes and initial contents go together. */
import { irInvalid } from '../errors.ts';
import type { Buffer, BufferRole, Lifetime, Program, SectionKind } from './program.ts';
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

/** What initial contents may name. */
export interface KnownContents {
  readonly buffers: ReadonlyMap<string, Buffer>;
  readonly arrays: ReadonlyMap<string, ArrayData> | undefined;
}

/** Calls `fail` with the first rule that a buffer breaks. */
export function verifyBuffer(buffer: Buffer, known: KnownContents, fail: Fail): void {
  const { role, lifetime, items, steps, shape } = buffer;
  if (!shape.every((length) => Number.isInteger(length) && length >= 0)) fail(`no valid shape: [${shape.join(', ')}]`);
  const lifetimes = LIFETIMES[role];
  if (lifetimes === undefined) fail(`no role: "${String(role)}"; known: ${Object.keys(LIFETIMES).join(', ')}`);
  if (!lifetimes.includes(lifetime))
    fail(`a buffer of role ${role} lives for a ${lifetimes.join(' or ')}, not ${String(lifetime)}`);
  if (items && SHARED_ROLES.includes(role)) fail(`a buffer of role ${role} is shared by all items`);
  if (!items && ROLES_PER_ITEM.includes(role)) fail(`a buffer of role ${role} has a copy for each item`);
  if (steps !== 'one') {
    const { span, before } = steps;
    if (span !== 'block' && span !== 'window') fail(`spans a block or a window, not ${String(span)}`);
    if (!(Number.isInteger(before) && before >= 0)) fail(`keeps ${before} steps before; a whole number is wanted`);
    if (SHARED_ROLES.includes(role)) fail(`a buffer of role ${role} has one value for all steps`);
    if (lifetime === 'step') fail('lives for a step, and so has one value');
    if (span === 'window' && lifetime === 'block') fail('spans a window, but lives within a block');
    if (before > 0 && lifetime !== 'run') fail('keeps steps before, which are carried on: it must live for a run');
  }
  verifyInitial(buffer, known, fail);
}

function verifyInitial({ role, shape, initial }: Buffer, { buffers, arrays }: KnownContents, fail: Fail): void {
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
export function verifyNames({ buffers, scalars, hosts, inputs, outputs }: Program): void {
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
}
