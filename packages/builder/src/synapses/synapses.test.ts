/** @file Synapses are discretized, and filter, as in Nengo. */
import type { DiscreteSystem, StateSystem } from '@ndl/core';
import { alpha, linearFilter, lowpass, triangle, type DiscretizationMethod, type Synapse } from '@ndl/model';
import { isNdlError, NdArray } from '@ndl/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGolden } from '../../../golden/networks/read-golden.ts';
import { filter, filtfilt } from './filter.ts';
import { BUILT_IN_SYNAPSES } from './index.ts';

interface GoldenSynapse {
  readonly synapse: {
    readonly type: string;
    readonly tau: number;
    readonly t: number;
    readonly num: number[];
    readonly den: number[];
    readonly analog: boolean;
    readonly method: DiscretizationMethod | 'backward_diff';
  };
  readonly dt: number;
  readonly A: number[][];
  readonly B: number[][];
  readonly C: number[][];
  readonly D: [number] | [[number]];
  readonly step_class: 'NoX' | 'OneXScalar' | 'NoD' | 'General';
  readonly u: number[];
  readonly filt: number[];
  readonly filtfilt: number[];
}

const entries = readGolden<GoldenSynapse[]>('unit_synapses');
const isTriangle = ({ synapse }: GoldenSynapse): boolean => synapse.type === 'Triangle';
const FORMS = { NoX: 'passthrough', OneXScalar: 'firstOrder', NoD: 'advanced', General: 'general' } as const;

function synapseOf({ type, tau, t, num, den, analog, method }: GoldenSynapse['synapse']): Synapse {
  if (type === 'Lowpass') return lowpass(tau);
  if (type === 'Alpha') return alpha(tau);
  if (type === 'Triangle') return triangle(t);
  return linearFilter(num, den, { analog, method: method === 'backward_diff' ? 'backward' : method });
}

function discretize(synapse: Synapse, dt: number): DiscreteSystem {
  return BUILT_IN_SYNAPSES.find(({ kind }) => kind === synapse.kind)!.discretize(synapse, dt);
}

function stateSystem(synapse: Synapse, dt: number): StateSystem {
  const system = discretize(synapse, dt);
  if (system.form === 'finiteResponse') throw new Error('it has a finite response');
  return system;
}

function tapsOf(synapse: Synapse, dt: number): readonly number[] {
  const system = discretize(synapse, dt);
  return system.form === 'finiteResponse' ? Array.from(system.taps.data) : [];
}

/** Largest difference, relative to the largest element expected. */
function relativeError(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  const largest = expected.reduce((bound, value) => Math.max(bound, Math.abs(value)), 1e-300);
  return expected.reduce((worst, value, index) => Math.max(worst, Math.abs(value - actual[index]!)), 0) / largest;
}

describe.each(entries.filter((entry) => !isTriangle(entry)))(
  '$synapse.type ($synapse.method, $synapse.num / $synapse.den)',
  (entry) => {
    const synapse = synapseOf(entry.synapse);

    it('is discretized as in Nengo', () => {
      const system = stateSystem(synapse, entry.dt);
      expect(system.form).toBe(FORMS[entry.step_class]);
      expect(system.d).toBeCloseTo(entry.D.flat()[0]!, 12);
      const [b, c] = [entry.B.flat(), entry.C.flat()];
      const isFolded = system.form === 'firstOrder';
      expect(relativeError(system.a.data, entry.A.flat())).toBeLessThan(1e-10);
      expect(relativeError(system.b.data, isFolded ? [b[0]! * c[0]!] : b)).toBeLessThan(1e-10);
      expect(relativeError(system.c.data, isFolded ? [1] : c)).toBeLessThan(1e-10);
    });

    it('filters as in Nengo', () => {
      expect(relativeError(filter(synapse, entry.u, { dt: entry.dt }).data, entry.filt)).toBeLessThan(1e-10);
      expect(relativeError(filtfilt(synapse, entry.u, { dt: entry.dt }).data, entry.filtfilt)).toBeLessThan(1e-10);
    });
  },
);

describe('a triangle', () => {
  it.each(entries.filter(isTriangle))('of $synapse.t s filters as in Nengo', (entry) => {
    const synapse = synapseOf(entry.synapse);
    expect(relativeError(filter(synapse, entry.u, { dt: entry.dt }).data, entry.filt)).toBeLessThan(1e-12);
  });

  it('has weights that fall linearly to the last and add up to 1', () => {
    expect(tapsOf(triangle(0.003), 0.001)).toEqual([4 / 10, 3 / 10, 2 / 10, 1 / 10]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (steps) => {
        const taps = tapsOf(triangle(steps * 0.002), 0.002);
        expect(taps).toHaveLength(steps + 1);
        expect(taps.reduce((sum, tap) => sum + tap, 0)).toBeCloseTo(1, 12);
        expect(taps[0]! / taps.at(-1)!).toBeCloseTo(steps + 1, 10);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    [2.5, 3],
    [3.5, 5],
    [2.51, 4],
    [1.49, 2],
  ])('of %s steps has %s weights: halves round to even', (steps, count) => {
    expect(tapsOf(triangle(steps), 1)).toHaveLength(count);
  });

  it('shorter than half a step passes its input on', () => {
    for (const time of [0, 0.0005])
      expect(discretize(triangle(time), 0.001)).toMatchObject({ form: 'passthrough', d: 1 });
  });
});

describe('discretization', () => {
  it('of a lowpass is exact: y = e^(-dt/τ)·y + (1 - e^(-dt/τ))·u', () => {
    const { a, b, form } = stateSystem(lowpass(0.02), 0.004);
    expect(form).toBe('firstOrder');
    expect([a.data[0], b.data[0]]).toEqual([Math.exp(-0.2), -Math.expm1(-0.2)]);
  });

  it('of an alpha filter has the step response 1 - (1 + t/τ)·e^(-t/τ)', () => {
    const response = filter(alpha(0.01), new Float64Array(100).fill(1)).data;
    response.forEach((value, index) => {
      const t = (index + 1) * 0.1;
      expect(value).toBeCloseTo(1 - (1 + t) * Math.exp(-t), 10);
    });
  });

  it('of a filter that is no filter passes its input on', () => {
    for (const synapse of [lowpass(0), alpha(0), linearFilter([1], [1])]) {
      expect(discretize(synapse, 0.001)).toMatchObject({ form: 'passthrough', d: 1 });
    }
  });

  it('ignores leading zeros of both polynomials', () => {
    const plain = discretize(linearFilter([2], [0.01, 1]), 0.001);
    expect(discretize(linearFilter([0, 0, 2], [0, 0.01, 1]), 0.001)).toEqual(plain);
  });

  it('keeps the gain at zero frequency, whatever the method', () => {
    const method = fc.constantFrom('zoh' as const, 'bilinear' as const, 'euler' as const, 'backward' as const);
    const time = fc.double({ min: 0.005, max: 0.2, noNaN: true });
    fc.assert(
      fc.property(method, time, time, fc.double({ min: -3, max: 3, noNaN: true }), (method, tau1, tau2, gain) => {
        const synapse = linearFilter([gain], [tau1 * tau2, tau1 + tau2, 1], { method });
        const last = filter(synapse, new Float64Array(6000).fill(1)).data.at(-1)!;
        expect(last).toBeCloseTo(gain, 6);
      }),
      { numRuns: 20 },
    );
  });
});

describe('filter', () => {
  it('filters each channel of a matrix by itself', () => {
    const both = filter(0.01, [
      [1, 2],
      [0, -1],
      [3, 5],
    ]);
    expect(both.shape).toEqual([3, 2]);
    expect(Array.from(both.data).filter((_, index) => index % 2 === 1)).toEqual(
      Array.from(filter(0.01, [2, -1, 5]).data),
    );
  });

  it('leaves a signal alone without a synapse', () => {
    expect(filter(null, [1, 2]).toNested()).toEqual([1, 2]);
  });

  it('starts from the steady state of y0', () => {
    const signal = new NdArray(new Float64Array(20).fill(3), [10, 2]);
    for (const synapse of [lowpass(0.01), alpha(0.02), linearFilter([0.02, 1], [0.05, 1]), triangle(0.005)]) {
      for (const value of filter(synapse, signal, { y0: [3, 3] }).data) expect(value).toBeCloseTo(3, 12);
    }
  });

  it('refuses a steady state that does not exist', () => {
    const noSteadyState = expect.objectContaining({ code: 'FILTER_NO_STEADY_STATE' });
    const oscillator = linearFilter([1], [1, 0, 0]);
    const highpass = linearFilter([0.01, 0], [0.01, 1]);
    expect(() => filter(oscillator, [1], { y0: 1 })).toThrow(noSteadyState);
    expect(() => filter(highpass, [1], { y0: 1 })).toThrow(noSteadyState);
    expect(filter(highpass, [1, 1]).data[0]).toBe(1);
  });

  it('refuses signals of other shapes, and unknown kinds, naming what is known', () => {
    expect(() => filter(0.1, [[[1]]])).toThrow(expect.objectContaining({ code: 'FILTER_SIGNAL_INVALID' }));
    expect(() => filter(0.1, [1, 2], { y0: [1, 2, 3] })).toThrow(
      expect.objectContaining({ code: 'FILTER_SIGNAL_INVALID' }),
    );
    const unknown = { family: 'synapse', kind: 'lowpas' } as const;
    expect(() => filter(unknown, [1])).toThrow(/'lowpas'.*Did you mean lowpass\?/);
  });

  it('takes kinds of third parties', () => {
    const halve = { kind: 'halve', discretize: () => ({ ...discretize(lowpass(0), 1), d: 0.5 }) };
    expect(filter({ family: 'synapse', kind: 'halve' }, [2, 4], { definitions: [halve] }).toNested()).toEqual([1, 2]);
  });

  it.each<[string, unknown[], string]>([
    ['dt of 0', [0.1, [1], { dt: 0 }], 'INVALID_OPTION'],
    ['a negative dt', [0.1, [1], { dt: -0.001 }], 'INVALID_OPTION'],
    ['NaN as dt', [null, [1], { dt: NaN }], 'INVALID_OPTION'],
    ['a text as dt', [0.1, [1], { dt: 'x' }], "INVALID_OPTION: dt must be a number of seconds above 0; got 'x'"],
    ['an unknown option', [0.1, [1], { y: 1 }], "UNKNOWN_OPTION: CALL: unknown option 'y'"],
    ['a number as options', [0.1, [1], 0.001], 'INVALID_OPTION: CALL: the options must be an object'],
    ['null as options', [0.1, [1], null], 'INVALID_OPTION: CALL: the options must be an object'],
    ['NaN in the signal', [0.1, [1, NaN]], 'NOT_FINITE: CALL: the signal holds NaN at element 1'],
    ['NaN as y0', [0.1, [1], { y0: NaN }], 'NOT_FINITE: CALL: y0 holds NaN'],
    ['no signal', [0.1], 'INVALID_OPTION: CALL: the signal must be an array of numbers; got undefined'],
    ['null as y0', [0.1, [1], { y0: null }], 'INVALID_OPTION: CALL: y0 must be'],
    ['a factory', [lowpass, [1]], 'call it: lowpass(…)'],
    ['an undefined synapse', [undefined, [1]], 'INVALID_OPTION: CALL: the synapse must be a synapse'],
    ['definitions that are none', [0.1, [1], { definitions: [1] }], 'INVALID_OPTION: CALL: definitions must be a list'],
  ])('refuses %s by name', (_, given, message) => {
    for (const call of [filter, filtfilt]) {
      let refusal = 'none';
      try {
        (call as (...given: unknown[]) => unknown)(...given);
      } catch (error) {
        refusal = isNdlError(error) ? `${error.code}: ${error.message}` : String(error);
      }
      expect(refusal).toContain(message.replace('CALL', call.name));
    }
  });
});
