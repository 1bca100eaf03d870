/** @file A process: follows its input, but never quicker than it may. */
import type { ProcessDefinition } from '@ndl/core';
import { defineProcess, type Process } from '@ndl/model';

export interface Slew extends Process {
  readonly kind: 'acmeSlew';
  /** The most that the output changes in a second. */
  readonly rate: number;
}

/** Goes towards its input, a number, by `rate` in a second at most. It begins at 0. */
export function slew(rate: number): Slew {
  if (!(rate > 0)) throw new RangeError(`slew: rate must be above 0, and is ${rate}.`);
  return defineProcess({ kind: 'acmeSlew', rate, defaultSizeIn: 1, defaultSizeOut: 1, fixedSize: true });
}

export const slewDefinition: ProcessDefinition<Slew> = {
  kind: 'acmeSlew',
  makeStep({ rate }, { dt }) {
    let output = 0;
    const step = (_time: number, input: Float64Array): readonly number[] => {
      output += Math.min(Math.max(input[0]! - output, -rate * dt), rate * dt);
      return [output];
    };
    // So that saved states of a simulation know where it stands.
    return Object.assign(step, { save: () => output, restore: (saved: unknown) => void (output = Number(saved)) });
  },
};
