/** @file The rules that one instruction can break by itself: names, shapes, bounds, overlap, and who shares what. */
import { sizeOf, suggest } from '@ndl/numerics';
import { clocksOf, isView, readsOf, scalarsOf, writesOf } from './instruction-access.ts';
import type {
  ClockOperand,
  ContractInstruction,
  HostInstruction,
  Instruction,
  MapInstruction,
  ReduceInstruction,
} from './instructions.ts';
import { type Layout, layoutIn } from './layout.ts';
import type { Buffer, SectionKind } from './program.ts';
import type { View } from './view.ts';
import { printView } from './print-program.ts';
import { broadcastsTo } from './view-axes.ts';
import { extentOf, GREATEST_OFFSET, hasRepeats, overlaps, sameView } from './view-elements.ts';
import { lagsOf, sameShape } from './views.ts';

/** What instructions may name, and where they stand. */
export interface Surroundings {
  readonly buffers: ReadonlyMap<string, Buffer>;
  readonly scalars: ReadonlySet<string>;
  readonly hosts: ReadonlySet<string>;
  /** The kind of section that they stand in. */
  readonly section: SectionKind;
}

/** Throws the error that belongs to the instruction at hand. */
export type Fail = (problem: string) => never;

/** Checks one instruction; calls `fail` with the first rule that it breaks. */
export function verifyInstruction(instruction: Instruction, surroundings: Surroundings, fail: Fail): void {
  const reads = readsOf(instruction);
  const writes = writesOf(instruction);
  for (const view of [...reads, ...writes.map((write) => write.target)]) verifyView(view, surroundings.buffers, fail);
  for (const view of reads) verifyLag(view, surroundings, fail);
  for (const { target } of writes) {
    if (target.lag !== undefined) fail(`writes ${printView(target)} at a lag; what is written is the present step's`);
  }
  for (const scalar of scalarsOf(instruction)) {
    if (!surroundings.scalars.has(scalar))
      fail(`unknown scalar "${scalar}". ${suggest(scalar, [...surroundings.scalars])}`);
  }
  for (const clock of clocksOf(instruction)) verifyClock(clock, writes, surroundings, fail);
  verifyShapes(instruction, surroundings, fail);
  verifyOverlap(instruction, fail);
  verifyLayouts(instruction, (view) => layoutIn(surroundings.buffers.get(view.buffer)!, surroundings.section), fail);
}

/** Lags reach no further than the steps that the buffer keeps. */
function verifyLag(view: View, { buffers, section }: Surroundings, fail: Fail): void {
  if (view.lag === undefined) return;
  const { steps } = buffers.get(view.buffer)!;
  if (section === 'window') fail(`reads ${printView(view)} at a lag in a ${section} section`);
  const { least, most } = lagsOf(view);
  if (least < 0) fail(`reads ${printView(view)} at a lag of ${least}; lags are never negative`);
  if (steps === 'one') return fail(`reads ${printView(view)} at a lag, but ${view.buffer} has one value only`);
  if (most > steps.before)
    fail(`reads ${printView(view)} at a lag of ${most}, but ${view.buffer} keeps ${steps.before} steps before`);
}

function verifyClock(
  clock: ClockOperand,
  writes: ReturnType<typeof writesOf>,
  { buffers, section }: Surroundings,
  fail: Fail,
): void {
  if (clock.clock !== 'time' && clock.clock !== 'step')
    fail(`the clock tells time or step, not ${String(clock['clock'])}`);
  if (clock.clock === 'step' && !(Number.isInteger(clock.modulus) && clock.modulus >= 1 && clock.modulus <= 2 ** 24))
    fail(`the step's modulus is a whole number from 1 to 2^24, got ${clock.modulus}`);
  const hasSteps = writes.every(({ target }) => layoutIn(buffers.get(target.buffer)!, section).steps);
  if (section !== 'steps' && !hasSteps)
    fail('reads the clock outside of the steps, so that its targets must have a value for each step');
}

/** Checks that a view shows elements of a known buffer only. */
export function verifyView(view: View, buffers: ReadonlyMap<string, Buffer>, fail: Fail): void {
  const buffer = buffers.get(view.buffer);
  if (buffer === undefined) fail(`unknown buffer "${view.buffer}". ${suggest(view.buffer, [...buffers.keys()])}`);
  const { shape, strides, offset, indices = [], lag } = view;
  if (strides.length !== shape.length)
    fail(`view ${printView(view)} has ${strides.length} strides for ${shape.length} axes`);
  if (!shape.every((length) => Number.isInteger(length) && length >= 0))
    fail(`view ${printView(view)} has no valid shape`);
  if (![offset, ...strides].every(Number.isInteger) || !indices.every(({ offsets }) => offsets.every(Number.isInteger)))
    fail(`view ${printView(view)} is not made of whole numbers`);
  indices.forEach(({ axis, offsets }, position) => {
    const [length, before] = [shape[axis], indices[position - 1]?.axis];
    if (length === undefined || (before !== undefined && before >= axis))
      fail(`view ${printView(view)} has indices for axis ${axis}; one list per axis, by ascending axis`);
    if (offsets.length !== length)
      fail(`view ${printView(view)} has ${offsets.length} indices for axis ${axis} of length ${length}`);
  });
  if (lag !== undefined && (lag.perAxis.length !== shape.length || ![lag.base, ...lag.perAxis].every(Number.isInteger)))
    fail(`view ${printView(view)} has no whole number of lags for each axis`);
  const extent = extentOf(view);
  const size = sizeOf(buffer!.shape);
  if (extent !== undefined && extent.last > GREATEST_OFFSET)
    fail(`view ${printView(view)} reaches element ${extent.last}; offsets end at ${GREATEST_OFFSET}`);
  if (extent !== undefined && (extent.first < 0 || extent.last >= size)) {
    fail(
      `view ${printView(view)} reaches elements ${extent.first} to ${extent.last}; buffer ${buffer!.id} has ${size}`,
    );
  }
}

function verifyShapes(instruction: Instruction, surroundings: Surroundings, fail: Fail): void {
  const expectShape = (role: string, view: View, expected: readonly number[]): void => {
    if (!sameShape(view.shape, expected))
      fail(`${role} has shape [${view.shape.join(', ')}], expected [${expected.join(', ')}]`);
  };
  switch (instruction.kind) {
    case 'fill':
      return;
    case 'copy':
      return expectShape('source', instruction.source, instruction.target.shape);
    case 'map':
      return verifyMap(instruction, fail);
    case 'contract':
      return verifyContract(instruction, fail);
    case 'reduce': {
      const axes = new Set(instruction.axes);
      if (axes.size !== instruction.axes.length) fail('an axis is named twice');
      if (axes.size === 0) fail('no axis to reduce over; use copy');
      const unknown = instruction.axes.find(
        (axis) => typeof axis === 'number' && instruction.source.shape[axis] === undefined,
      );
      if (unknown !== undefined) fail(`source has no axis ${unknown}`);
      return expectShape(
        'target',
        instruction.target,
        instruction.source.shape.filter((_, axis) => !axes.has(axis)),
      );
    }
    case 'host':
      return verifyHost(instruction, surroundings, fail);
  }
}

function verifyContract({ members, events }: ContractInstruction, fail: Fail): void {
  if (members.length === 0) fail('a contract has one member or more');
  if (events !== undefined && events !== 'left' && events !== 'right')
    fail(`events names the factor left or right, not ${String(events)}`);
  for (const { left, right, target } of members) {
    for (const factor of [left, right]) {
      if (sameShape(factor.shape, target.shape)) continue;
      fail(`the three views of a member have one shape: ${printView(factor)} differs from target ${printView(target)}`);
    }
  }
}

function verifyMap({ kernel, inputs, parameters, outputs }: MapInstruction, fail: Fail): void {
  const count = (kind: string, names: readonly string[], given: number): void => {
    if (names.length !== given)
      fail(`kernel ${kernel.name} has ${names.length} ${kind} (${names.join(', ')}), got ${given}`);
  };
  count('inputs', kernel.inputs, inputs.length);
  count('parameters', kernel.parameters, parameters.length);
  count(
    'outputs',
    kernel.outputs.map((output) => output.name),
    outputs.length,
  );
  const shape = outputs[0]!.target.shape;
  for (const { target } of outputs) {
    if (!sameShape(target.shape, shape))
      fail(`outputs differ in shape: [${shape.join(', ')}] and [${target.shape.join(', ')}]`);
  }
  for (const operand of [...inputs, ...parameters]) {
    if (isView(operand) && !broadcastsTo(operand.shape, shape)) {
      fail(`operand ${printView(operand)} does not broadcast to the shape of the outputs, [${shape.join(', ')}]`);
    }
  }
}

function verifyHost({ host, inputs, outputs }: HostInstruction, { hosts }: Surroundings, fail: Fail): void {
  if (!hosts.has(host)) fail(`unknown host "${host}". ${suggest(host, [...hosts])}`);
  for (const view of [...inputs, ...outputs]) {
    if (view.shape.length !== 1) fail(`host operand ${printView(view)} is no vector`);
  }
}

function verifyOverlap(instruction: Instruction, fail: Fail): void {
  const writes = writesOf(instruction);
  // What lies steps back is another slice than what is written.
  const liesBack = (view: View): boolean => lagsOf(view).least > 0;
  writes.forEach(({ target, mode }, position) => {
    for (const read of readsOf(instruction)) {
      const isInPlace = instruction.kind === 'map' && sameView(read, target);
      if (liesBack(read) || isInPlace || !overlaps(read, target)) continue;
      fail(
        `reads ${printView(read)} and writes ${printView(target)}, which overlap; only a map may, on exactly the same view`,
      );
    }
    // Members of a product are done one after another, so that several may add to one element.
    const mayOverlap = instruction.kind === 'contract' && mode === 'add';
    for (const other of writes.slice(0, position)) {
      if (!mayOverlap && overlaps(other.target, target))
        fail(`writes ${printView(target)} and ${printView(other.target)}, which overlap`);
    }
    if (mode === 'set' && hasRepeats(target))
      fail(`sets ${printView(target)}, which shows some element more than once`);
  });
}

function verifyLayouts(instruction: Instruction, layout: (view: View) => Layout, fail: Fail): void {
  if (instruction.kind === 'reduce') return verifyReduceLayout(instruction, layout, fail);
  // A product sums over what its target lacks.
  if (instruction.kind === 'contract') return;
  const reads = readsOf(instruction);
  const writes = writesOf(instruction);
  for (const { target } of writes) {
    const first = layout(writes[0]!.target);
    if (layout(target).items !== first.items || layout(target).steps !== first.steps) {
      fail(
        `writes ${printView(writes[0]!.target)} and ${printView(target)}: both must have items, and steps, or neither`,
      );
    }
    if (instruction.kind === 'host' && !layout(target).items) fail(`host output ${printView(target)} must have items`);
    for (const read of reads) {
      if (layout(read).items && !layout(target).items)
        fail(`reads ${printView(read)}, which has items, but writes shared ${printView(target)}`);
      if (layout(read).steps && !layout(target).steps) {
        fail(`reads every step of ${printView(read)} but writes ${printView(target)}, which has one for all`);
      }
    }
  }
}

function verifyReduceLayout(
  { source, target, axes }: ReduceInstruction,
  layout: (view: View) => Layout,
  fail: Fail,
): void {
  for (const axis of ['items', 'steps'] as const) {
    const [from, to] = [layout(source)[axis], layout(target)[axis]];
    if (axes.includes(axis) && !(from && !to))
      fail(`reduces over ${axis}: the source must have ${axis} and the target must not`);
    if (!axes.includes(axis) && from !== to)
      fail(`does not reduce over ${axis}: source and target must both have ${axis}, or neither`);
  }
}
