/** @file The processes that every network can use: PresentInput and Piecewise. */
import type { ProcessDefinition } from '@ndl/core';
import type { Piecewise, PresentInput } from '@ndl/model';

/** Shows input number ⌊(t - dt) / presentationTime⌋, beginning again after the last. */
const PRESENT_INPUT: ProcessDefinition<PresentInput> = {
  kind: 'presentInput',
  makeStep({ inputs, presentationTime }, { dt, sizeOut }) {
    const count = inputs.shape[0]!;
    return (time) => {
      // The margin keeps times that are multiples of the presentation time, but for rounding, on the right side.
      const index = Math.trunc((time - dt) / presentationTime + 1e-7) % count;
      return inputs.data.slice(index * sizeOut, (index + 1) * sizeOut);
    };
  },
};

/**
 * The value of the latest time before `time` + dt/2, which is `time` itself but for rounding; zeros before the first.
 */
const PIECEWISE: ProcessDefinition<Piecewise> = {
  kind: 'piecewise',
  makeStep({ times, values }, { dt, sizeOut }) {
    const starts = Float64Array.from(times.data);
    const zero = new Float64Array(sizeOut);
    return (time) => {
      const index = starts.findLastIndex((start) => start < time + dt / 2);
      return index < 0 ? zero : values.data.slice(index * sizeOut, (index + 1) * sizeOut);
    };
  },
};

export const BUILT_IN_PROCESSES: readonly ProcessDefinition[] = [PRESENT_INPUT, PIECEWISE];
