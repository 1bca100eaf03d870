/** @file Values at times, and what stands between them. */
import { secondsInSteps, wholePart, type ProcessDefinition, type ProcessStep } from '@ndl/core';
import { kept, type Interpolation, type Piecewise } from '@ndl/model';
import { evaluateSpline, interpolatingSpline, lastIndexAtMost } from '@ndl/numerics';
import { withoutState } from './noise.ts';

/**
 * `zero`: the value of the latest time before `time` + dt/2; zeros before the first. All others: what stands between the values at
 * `time`; zeros before the first and after the last. Times that are whole numbers of steps but for rounding are taken for that; but
 * which of two times is nearest is left to rounding where they are as near, as in Nengo.
 */
export const PIECEWISE: ProcessDefinition<Piecewise> = {
  kind: 'piecewise',
  makeStep(process, { dt, sizeOut }) {
    const [times, values] = [kept(process, 'times').data, kept(process, 'values').data as Float64Array];
    const zero = new Float64Array(sizeOut);
    if (process.interpolation === 'zero') return holding(process, dt, zero);
    const sites = Float64Array.from(times, (time) => secondsInSteps(time, dt));
    const shape = { times, sites, values, size: sizeOut };
    const between = INTERPOLATORS[process.interpolation](shape);
    return withoutState((time) => {
      const step = Math.round(time / dt);
      return step < sites[0]! || step > sites.at(-1)! ? zero : between(step, time);
    });
  },
};

/** Each value from the first step whose time plus dt/2 lies beyond its time. */
function holding(process: Piecewise, dt: number, zero: Float64Array): ProcessStep {
  const [times, values] = [kept(process, 'times').data, kept(process, 'values').data as Float64Array];
  const size = zero.length;
  const starts = Float64Array.from(times, (start) => wholePart(start / dt + 0.5));
  const indexAt = (time: number): number => lastIndexAtMost(Math.round(time / dt), starts);
  const valueAt = (index: number): Float64Array => (index < 0 ? zero : values.slice(index * size, (index + 1) * size));
  const { functions } = process;
  if (functions === null) return withoutState((time) => valueAt(indexAt(time)));
  // Functions may have state of their own, which only stepping again brings back.
  return (time) => {
    const index = indexAt(time);
    const result = functions[index]?.(time) ?? valueAt(index);
    return typeof result === 'number' ? [result] : result;
  };
}

interface Points {
  /** In seconds. */
  readonly times: ArrayLike<number>;
  /** The same in steps. */
  readonly sites: Float64Array;
  /** [sites, size]. */
  readonly values: Float64Array;
  readonly size: number;
}

/** What stands between the values, at a step from the first to the last site. */
type Interpolator = (points: Points) => (step: number, time: number) => Float64Array;

const INTERPOLATORS: Readonly<Record<Exclude<Interpolation, 'zero'>, Interpolator>> = {
  nearest:
    ({ times, sites, values, size }) =>
    (step, time) => {
      const left = lastIndexAtMost(step, sites);
      const isRight = left + 1 < sites.length && time > times[left]! / 2 + times[left + 1]! / 2;
      const index = isRight ? left + 1 : left;
      return values.slice(index * size, (index + 1) * size);
    },
  linear: lines,
  slinear: lines,
  quadratic: splines(2),
  cubic: splines(3),
};

function lines({ sites, values, size }: Points): (step: number) => Float64Array {
  return (step) => {
    const left = Math.min(lastIndexAtMost(step, sites), Math.max(0, sites.length - 2));
    if (left + 1 === sites.length) return values.slice();
    const part = (step - sites[left]!) / (sites[left + 1]! - sites[left]!);
    return Float64Array.from({ length: size }, (_, element) => {
      const [from, to] = [values[left * size + element]!, values[(left + 1) * size + element]!];
      return from + (to - from) * part;
    });
  };
}

function splines(degree: 2 | 3): Interpolator {
  return ({ sites, values }) => {
    const spline = interpolatingSpline(sites, values, degree);
    return (step) => evaluateSpline(spline, step);
  };
}
