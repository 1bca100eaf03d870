/** @file The processes that every network can use: PresentInput and Piecewise. */
import { completedPeriods, secondsInSteps, wholePart, type ProcessDefinition } from '@ndl/core';
import { kept, type Piecewise, type PresentInput } from '@ndl/model';

/** Shows input number ⌊(t - dt) / presentationTime⌋, beginning again after the last. */
const PRESENT_INPUT: ProcessDefinition<PresentInput> = {
  kind: 'presentInput',
  makeStep(process, { dt, sizeOut }) {
    const inputs = kept(process, 'inputs');
    const count = inputs.shape[0]!;
    const period = secondsInSteps(process.presentationTime, dt);
    return (time) => {
      const index = completedPeriods(Math.round(time / dt) - 1, period) % count;
      return inputs.data.slice(index * sizeOut, (index + 1) * sizeOut);
    };
  },
};

/** The value of the latest time before `time` + dt/2; zeros before the first. */
const PIECEWISE: ProcessDefinition<Piecewise> = {
  kind: 'piecewise',
  makeStep(process, { dt, sizeOut }) {
    const [times, values] = [kept(process, 'times'), kept(process, 'values')];
    /** The first step of each value: the first whose time plus dt/2 lies beyond its time. */
    const starts = Float64Array.from(times.data, (start) => wholePart(start / dt + 0.5));
    const zero = new Float64Array(sizeOut);
    return (time) => {
      const step = Math.round(time / dt);
      const index = starts.findLastIndex((start) => start <= step);
      return index < 0 ? zero : values.data.slice(index * sizeOut, (index + 1) * sizeOut);
    };
  },
};

export const BUILT_IN_PROCESSES: readonly ProcessDefinition[] = [PRESENT_INPUT, PIECEWISE];
