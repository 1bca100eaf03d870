/** @file The instruction `host`: a function that the module calls at each step, which moves vectors between memory and the host function. */
import type { HostDeclaration, HostInstruction, Program, View } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import type { Place } from '@ndl/backend-kit';
import type { Access } from '../views/access.ts';
import { elementBytes, type Store } from '../memory/memory.ts';
import type { SectionContext } from './section-context.ts';

/** A vector on its way between memory and the function: of one item, or of all, one after another. */
interface Carrier {
  readonly place: Place<Store>;
  readonly access: Access;
  /** In elements. */
  readonly offsets: readonly number[];
  readonly vector: FloatArray;
}

/** Adds host functions, called one after another, to a section: one call of the module for all. */
export function emitHosts(context: SectionContext, instructions: readonly HostInstruction[]): void {
  const { hosts, callHosts, control, space } = context.shared;
  const calls = instructions.map((instruction) => hostCall(context, instruction));
  const steps = control.steps() / 4;
  const isDescending = context.direction === 'descending';
  const number = hosts.push((step) => {
    for (const { call, hasSteps } of calls) {
      if (context.kind === 'steps' || !hasSteps) {
        call(step);
        continue;
      }
      const count = space.int32[steps]!;
      for (let each = 0; each < count; each++) call(isDescending ? count - 1 - each : each);
    }
  });
  const comment = instructions.map(({ host, label = host }) => `host ${label}`).join('\n');
  context.part(comment, ({ f, step }) => f.call(callHosts, number - 1, step));
}

/** What calls a host function at a step of the block, and whether it is to be called at each. */
function hostCall(
  context: SectionContext,
  { host, inputs, outputs }: HostInstruction,
): { readonly call: (step: number) => void; readonly hasSteps: boolean } {
  const { frame, space, control } = context.shared;
  const scope = scopesOf(frame.program).get(host)!;
  const items = frame.items;
  const itemsPerCall = scope === 'batch' ? items : 1;
  const isSingle = context.dtype === 'float32';
  const carrierOf = (view: View): Carrier => {
    const access = context.access(view);
    const offsets = offsetsFrom(access);
    const length = itemsPerCall * offsets.length;
    const vector = isSingle ? new Float32Array(length) : new Float64Array(length);
    return { place: frame.place(view.buffer), access, offsets, vector };
  };
  const [from, to] = [inputs.map(carrierOf), outputs.map(carrierOf)];
  const [inputVectors, outputVectors] = [from.map(({ vector }) => vector), to.map(({ vector }) => vector)];
  const { dt } = frame.program;
  const before = control.stepsBefore() / 8;
  const call = (step: number): void => {
    const stepNumber = space.float64[before]! + step + 1;
    const instances = frame.instancesOf(host);
    for (let first = 0, turn = 0; first < items; first += itemsPerCall, turn++) {
      // What is called may take memory: arrays are asked for anew.
      const memory = isSingle ? space.float32 : space.float64;
      for (const carrier of from)
        move(carrier, step, first, itemsPerCall, (at, k) => (carrier.vector[k] = memory[at]!));
      instances[turn]!.call(stepNumber * dt, stepNumber, inputVectors, outputVectors);
      const after = isSingle ? space.float32 : space.float64;
      for (const carrier of to) move(carrier, step, first, itemsPerCall, (at, k) => (after[at] = carrier.vector[k]!));
    }
  };
  return { call, hasSteps: [...from, ...to].some(({ access }) => access.hasSteps) };
}

const scopes = /* @__PURE__ */ new WeakMap<Program, ReadonlyMap<string, HostDeclaration['scope']>>();

/** Whether host functions are called for each item or for all at once, by id. */
function scopesOf(program: Program): ReadonlyMap<string, HostDeclaration['scope']> {
  const known = scopes.get(program) ?? new Map(program.hosts.map(({ id, scope }) => [id, scope]));
  scopes.set(program, known);
  return known;
}

/** Calls `body` with where each element stands in memory, and its position in the vector. */
function move(
  { place, access, offsets }: Carrier,
  step: number,
  firstItem: number,
  items: number,
  body: (at: number, position: number) => void,
): void {
  const { slot, base, stepBytes, itemBytes } = access;
  const bytes = elementBytes(place.shape.dtype);
  const first = slot === undefined ? base : place.store.address + base + (place.first + step) * stepBytes;
  for (let item = 0; item < items; item++) {
    const start = (first + (firstItem + item) * itemBytes) / bytes;
    for (let k = 0; k < offsets.length; k++) body(start + offsets[k]!, item * offsets.length + k);
  }
}

/** Where the elements stand, in row-major order. */
function offsetsFrom({ view, axes, store }: Access): readonly number[] {
  const bytes = elementBytes(store.shape.dtype);
  let offsets = [0];
  view.shape.forEach((length, axis) => {
    const pace = axes[axis]!;
    const along = Array.from(
      { length },
      (_, index) => (typeof pace === 'number' ? index * pace : pace[index]!) / bytes,
    );
    offsets = offsets.flatMap((start) => along.map((distance) => start + distance));
  });
  return offsets;
}
