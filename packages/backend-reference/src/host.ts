/** @file The instruction `host`: calls of functions of the host language, items ascending. */
import { offsetsOf, type HostDeclaration, type HostInstruction, type View } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import { slicesOver, type Action, type Binding, type Place } from './binding.ts';
import { allocate } from './storage.ts';

/** A vector on its way between memory and the function: of one item, or of all, one after another. */
interface Carrier {
  readonly place: Place;
  readonly offsets: Int32Array;
  readonly vector: FloatArray;
}

export function bindHost(instruction: HostInstruction, declaration: HostDeclaration, binding: Binding): Action {
  const itemsPerCall = declaration.scope === 'batch' ? binding.items : 1;
  const calls = binding.items / itemsPerCall;
  const carrierOf = (view: View): Carrier => {
    const offsets = offsetsOf(view);
    return { place: binding.place(view), offsets, vector: allocate(binding.dtype, itemsPerCall * offsets.length) };
  };
  const [inputs, outputs] = [instruction.inputs.map(carrierOf), instruction.outputs.map(carrierOf)];
  const [inputVectors, outputVectors] = [inputs.map(({ vector }) => vector), outputs.map(({ vector }) => vector)];
  const forEachSlice = slicesOver(
    binding,
    [...inputs, ...outputs].map(({ place }) => place),
  );
  return (present) =>
    forEachSlice(present, (slice) => {
      const instances = binding.hostInstances(declaration.id);
      const [time, step] = [binding.clock.timeOf(slice), binding.clock.stepOf(slice)];
      for (let call = 0; call < calls; call++) {
        for (const input of inputs) fetch(input, slice, call, itemsPerCall);
        instances[call]!.call(time, step, inputVectors, outputVectors);
        for (const output of outputs) deliver(output, slice, call, itemsPerCall);
      }
    });
}

function fetch({ place, offsets, vector }: Carrier, slice: number, first: number, items: number): void {
  let to = 0;
  for (let item = first; item < first + items; item++) {
    const base = slice * place.stepStride + item * place.itemStride;
    for (let element = 0; element < offsets.length; element++) vector[to++] = place.array[base + offsets[element]!]!;
  }
}

function deliver({ place, offsets, vector }: Carrier, slice: number, first: number, items: number): void {
  let from = 0;
  for (let item = first; item < first + items; item++) {
    const base = slice * place.stepStride + item * place.itemStride;
    for (let element = 0; element < offsets.length; element++) place.array[base + offsets[element]!] = vector[from++]!;
  }
}
