/** @file What instructions are bound to: memory, scalars, host functions and the clock of one block of steps. */
import { isClock, type ClockOperand, type Dtype, type HostInstance, type ScalarOperand, type View } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import { allocate, type Storage } from './storage.ts';

/**
 * Where an instruction stands. In `step` it sees the present slice of every history; in `block` (prologue, epilogue, loss,
 * update) whole histories.
 */
export type Section = 'step' | 'block';

/** An instruction bound to memory. `slice` counts the steps of the block from 0 and matters in `step` only. */
export type Action = (slice: number) => void;

/** A view and the memory of its buffer. */
export interface Place extends Storage {
  readonly view: View;
}

/** What an instruction may ask for when it is bound. */
export interface Binding {
  readonly dtype: Dtype;
  readonly section: Section;
  readonly items: number;
  /** Steps of the block. */
  readonly steps: number;
  place(view: View): Place;
  /** The memory of a number: one element, whose value may change between blocks. */
  scalar(operand: Exclude<ScalarOperand, ClockOperand>): FloatArray;
  /** The running copies of a host function; asked at each call. */
  hostInstances(id: string): readonly HostInstance[];
  readonly clock: Clock;
}

/** Which step a slice of the present block is. */
export interface Clock {
  /** Its number, from 1 at the first step ever. */
  stepOf(slice: number): number;
  /** Its time in seconds, float64 in every dtype. */
  timeOf(slice: number): number;
}

/** Calls `visit` for each slice that an instruction works on, in order. */
export type ForEachSlice = (present: number, visit: (slice: number) => void) => void;

/**
 * The slices of an instruction over these places: the present one in `step`; otherwise each step where any place has a
 * history, else one.
 */
export function slicesOver(binding: Binding, places: readonly Place[]): ForEachSlice {
  if (binding.section === 'step') return (present, visit) => visit(present);
  const count = places.some((place) => place.buffer.history) ? binding.steps : 1;
  return (_, visit) => {
    for (let slice = 0; slice < count; slice++) visit(slice);
  };
}

/** One number for each slice, rounded to the dtype: a constant, a scalar, or what the clock says. */
export function numberOf(operand: ScalarOperand, binding: Binding): (slice: number) => FloatArray {
  if (!isClock(operand)) {
    const number = binding.scalar(operand);
    return () => number;
  }
  const { clock, dtype } = binding;
  const present = allocate(dtype, 1);
  return (slice) => {
    present[0] = operand.clock === 'time' ? clock.timeOf(slice) : clock.stepOf(slice) % operand.modulus;
    return present;
  };
}

/** Items that an instruction works on one by one: all where its target has a copy for each, else one. */
export function itemsOver(binding: Binding, target: Place): number {
  return target.buffer.batched ? binding.items : 1;
}
