/**
 * @file Routines for maps of others: a kernel, compiled, over arrays that lie anywhere. They are copied to a memory that stays in the
 * processor's cache, some hundred numbers at a time, and back.
 */
import type { MapRoutines } from '@ndl/core';
import { type Dtype, type Kernel, type KernelEvaluator, requireKernelOperands } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import { elementBytes } from '../memory/memory.ts';
import { type KnownOperand, type MapFunction, mapModule, SLOT } from './map-module.ts';

/** Versions of a kernel whose numbers are part of the code; what comes with more than so many different numbers looks them up. */
const MOST_VERSIONS = 8;

const PAGE = 2 ** 16;

const VECTOR = 16;

/** Kernels in WebAssembly; none where the host has no vectors, or does not let modules be made at once. */
export const mapRoutines: MapRoutines = {
  evaluator(kernel, dtype) {
    const known = [...kernel.inputs, ...kernel.parameters].map(() => undefined);
    const bytes = mapModule(kernel, dtype, known).bytes();
    try {
      const memory = memoryOf(known.length + kernel.outputs.length);
      return new MapEvaluator(kernel, dtype, memory, { known, run: functionOf(bytes, memory) });
    } catch {
      return undefined;
    }
  },
};

/** One memory for all: nobody else runs while a map does. */
let shared: WebAssembly.Memory | undefined;

function memoryOf(slots: number): WebAssembly.Memory {
  const pages = Math.ceil((slots * SLOT) / PAGE);
  shared ??= new WebAssembly.Memory({ initial: pages });
  const missing = pages - shared.buffer.byteLength / PAGE;
  if (missing > 0) shared.grow(missing);
  return shared;
}

/** @throws where there is no WebAssembly, or none with vectors, or the host refuses to compile so much at once */
function functionOf(bytes: Uint8Array<ArrayBuffer>, memory: WebAssembly.Memory): MapFunction {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return exports['map'] as MapFunction;
}

/** A kernel for operands of which some are known. */
interface Version {
  readonly known: readonly KnownOperand[];
  readonly run: MapFunction;
}

class MapEvaluator implements KernelEvaluator {
  readonly #kernel: Kernel;
  readonly #dtype: Dtype;
  readonly #memory: WebAssembly.Memory;
  /** For all operands, whatever is known of them. */
  readonly #general: Version;
  readonly #versions: Version[] = [];
  /** Numbers in the memory, as long as it has not grown. */
  #numbers: FloatArray = new Float32Array(0);

  constructor(kernel: Kernel, dtype: Dtype, memory: WebAssembly.Memory, general: Version) {
    this.#kernel = kernel;
    this.#dtype = dtype;
    this.#memory = memory;
    this.#general = general;
    this.#versions.push(general);
  }

  evaluate(
    count: number,
    inputs: readonly FloatArray[],
    parameters: readonly FloatArray[],
    outputs: readonly FloatArray[],
  ): void {
    requireKernelOperands(this.#kernel, count, inputs, parameters, outputs);
    if (count === 0) return;
    const operands = [...inputs, ...parameters];
    const { run, known } = this.#fitting(operands);
    const numbers = this.#view();
    const [bytes, slot] = [elementBytes(this.#dtype), SLOT / elementBytes(this.#dtype)];
    for (const [place, operand] of operands.entries())
      if (known[place] === 'uniform') numbers[place * slot] = operand[0]!;
    for (let start = 0; start < count; start += slot) {
      const end = Math.min(start + slot, count);
      for (let place = 0; place < operands.length; place++) {
        if (known[place] !== undefined) continue;
        const operand = operands[place]!;
        if (operand.length === 1) numbers.fill(operand[0]!, place * slot, (place + 1) * slot);
        else numbers.set(start === 0 && end === operand.length ? operand : operand.subarray(start, end), place * slot);
      }
      run(Math.ceil(((end - start) * bytes) / VECTOR) * VECTOR);
      for (let output = 0; output < outputs.length; output++) {
        const from = (operands.length + output) * slot;
        outputs[output]!.set(numbers.subarray(from, from + end - start), start);
      }
    }
  }

  /** The version for these operands: parameters of one number are part of the code, as long as there are few versions. */
  #fitting(operands: readonly FloatArray[]): Version {
    const found = this.#versions.find(({ known }) => fits(known, operands));
    if (found !== undefined) return found;
    const isFull = this.#versions.length > MOST_VERSIONS;
    const isParameter = (place: number): boolean => place >= this.#kernel.inputs.length;
    const known = operands.map((operand, place): KnownOperand => {
      if (operand.length !== 1) return undefined;
      return isFull || !isParameter(place) ? 'uniform' : operand[0]!;
    });
    return this.#versionFor(known);
  }

  #versionFor(known: readonly KnownOperand[]): Version {
    const bytes = mapModule(this.#kernel, this.#dtype, known).bytes();
    try {
      const version = { known, run: functionOf(bytes, this.#memory) };
      this.#versions.push(version);
      return version;
    } catch {
      return this.#general;
    }
  }

  #view(): FloatArray {
    const { buffer } = this.#memory;
    if (this.#numbers.buffer !== buffer)
      this.#numbers = this.#dtype === 'float32' ? new Float32Array(buffer) : new Float64Array(buffer);
    return this.#numbers;
  }
}

/** Whether operands are what a version was made for. */
function fits(known: readonly KnownOperand[], operands: readonly FloatArray[]): boolean {
  for (let place = 0; place < known.length; place++) {
    const [wanted, operand] = [known[place], operands[place]!];
    if (wanted === undefined ? operand.length === 1 : operand.length !== 1) return false;
    if (typeof wanted === 'number' && !Object.is(wanted, operand[0])) return false;
  }
  return true;
}
