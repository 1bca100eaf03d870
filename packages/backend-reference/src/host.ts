/** @file The instruction `host`: calls of functions of the host language, step by step, items ascending. */
import type { HostInstruction, View } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import type { Access, Distances } from './access.ts';
import type { Action, Binding } from './binding.ts';

/** A vector on its way between memory and the function: of one item, or of all, one after another. */
interface Carrier {
  readonly access: Access;
  readonly offsets: Distances;
  readonly vector: FloatArray;
}

export function bindHost({ host, inputs, outputs }: HostInstruction, binding: Binding): Action {
  const { program, items } = binding.frame;
  const { scope } = program.hosts.find(({ id }) => id === host)!;
  const itemsPerCall = scope === 'batch' ? items : 1;
  const carrierOf = (view: View): Carrier => {
    const access = binding.access(view);
    const offsets = access.offsets();
    return { access, offsets, vector: binding.allocate(itemsPerCall * offsets.length) };
  };
  const [from, to] = [inputs.map(carrierOf), outputs.map(carrierOf)];
  const [inputVectors, outputVectors] = [from.map(({ vector }) => vector), to.map(({ vector }) => vector)];
  const stepsOver = binding.stepsOver([...from, ...to].map(({ access }) => access));
  const { dt } = program;
  return (steps, { stepsBefore }) => {
    for (const step of stepsOver(steps)) {
      const instances = binding.frame.instancesOf(host);
      const number = stepsBefore + step + 1;
      for (let first = 0, call = 0; first < items; first += itemsPerCall, call++) {
        for (const carrier of from) fetch(carrier, step, first, itemsPerCall);
        instances[call]!.call(number * dt, number, inputVectors, outputVectors);
        for (const carrier of to) deliver(carrier, step, first, itemsPerCall);
      }
    }
  };
}

function fetch({ access, offsets, vector }: Carrier, step: number, firstItem: number, items: number): void {
  for (let item = 0; item < items; item++) {
    const start = access.start(step, firstItem + item);
    offsets.forEach((offset, k) => (vector[item * offsets.length + k] = access.array[start + offset]!));
  }
}

function deliver({ access, offsets, vector }: Carrier, step: number, firstItem: number, items: number): void {
  for (let item = 0; item < items; item++) {
    const start = access.start(step, firstItem + item);
    offsets.forEach((offset, k) => (access.array[start + offset] = vector[item * offsets.length + k]!));
  }
}
