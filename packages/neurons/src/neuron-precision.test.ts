/** @file Kernels of neurons on both sides of every seam, value and slope, held against closed forms in 200 bits. */
import { describe, expect, it } from 'vitest';
import type { NeuronStep } from '@ndl/core';
import { differentiateKernel, gradientName, kernel, type Dtype } from '@ndl/ir';
import { lif, lifRate, rectifiedLinear, sigmoid, softLifRate, spikingRectifiedLinear, tanh } from '@ndl/model';
import {
  divide,
  add,
  multiply,
  relativeError,
  subtract,
  toNumber,
  wide,
  type Wide,
} from '../../ir/src/wide-number.test-helper.ts';
import {
  lifRateForm,
  lifStepForm,
  rectifiedForm,
  sigmoidForm,
  softLifForm,
  tanhForm,
  type ClosedForm,
} from './closed-forms.test-helper.ts';
import {
  evaluateStep,
  lifDefinition,
  lifRateDefinition,
  rectifiedLinearDefinition,
  sigmoidDefinition,
  softLifGradient,
  softLifRateDefinition,
  spikingRectifiedLinearDefinition,
  surrogateGradient,
  tanhDefinition,
} from './index.ts';

/** Largest relative errors: float64 as users are promised, float32 in a few of its ulp (1.2e-7). */
const BOUND: Readonly<Record<Dtype, number>> = { float64: 1e-14, float32: 1e-6 };
/** Relative distances from seams: next to it, and further away. */
const DISTANCES: Readonly<Record<Dtype, readonly number[]>> = {
  float64: [0, 2 ** -52, 2 ** -40, 1e-6, 1e-3, 0.03],
  float32: [0, 2 ** -23, 1e-6, 1e-3, 0.03],
};

function rounding(dtype: Dtype): (value: number) => number {
  return dtype === 'float32' ? Math.fround : (value) => value;
}

/** Points on both sides of each seam. */
function around(seams: readonly number[], dtype: Dtype): number[] {
  const points = seams.flatMap((seam) =>
    DISTANCES[dtype].flatMap((distance) =>
      [-1, 1].map((side) => seam + side * distance * Math.max(Math.abs(seam), 0.5)),
    ),
  );
  return [...new Set(points.map(rounding(dtype)))];
}

/** A step's output, and its derivative by the current. */
function valuesAndSlopes(step: NeuronStep, current: readonly number[], dtype: Dtype) {
  const derivative = { kernel: differentiateKernel(step.kernel), parameters: step.parameters };
  const inputs = { current, [gradientName('output')]: [1] };
  return {
    values: evaluateStep(step, { current }, { dtype })['output']!,
    slopes: evaluateStep(derivative, inputs, { dtype })[gradientName('current')]!,
  };
}

/** Units of σ: where softplus is seen to bend, where it is as good as e^x, and where e^x and its square underflow. */
const SOFT_SEAMS = [
  -1e6, -750, -708, -354, -104, -88, -60, -40, -37, -36, -30, -20, -10, -1, 0, 1, 10, 20, 37, 88, 750,
];
const soft = (sigma: number): [string, NeuronStep, ClosedForm, readonly number[]] => [
  `softLifRate of sigma ${sigma}`,
  softLifRateDefinition.step(softLifRate({ sigma, amplitude: 3 })),
  softLifForm,
  SOFT_SEAMS.map((scaled) => 1 + scaled * sigma),
];

const CURVES: readonly [string, NeuronStep, ClosedForm, readonly number[]][] = [
  ...[1e-3, 0.02, 0.1, 1, 100].map(soft),
  [
    'lif trained as softLif',
    softLifGradient({ sigma: 0.05 }).trainingStep(lifDefinition, lif(), { lifSmoothing: null }),
    softLifForm,
    SOFT_SEAMS.map((scaled) => 1 + scaled * 0.05),
  ],
  ['lifRate', lifRateDefinition.step(lifRate({ amplitude: 3 })), lifRateForm, [-1e6, 0, 0.5, 1, 1.5, 2, 1e3, 1e6]],
  [
    'lifRate without refractory time',
    lifRateDefinition.step(lifRate({ tauRef: 0 })),
    lifRateForm,
    [-1, 0, 1, 1.5, 2, 1e3, 1e6],
  ],
  ['sigmoid', sigmoidDefinition.step(sigmoid()), sigmoidForm, [-80, -37, -17, -1, 0, 1, 17, 37, 80]],
  ['tanh', tanhDefinition.step(tanh()), tanhForm, [-40, -19, -9, -1, 0, 1, 9, 19, 40]],
  ['rectifiedLinear', rectifiedLinearDefinition.step(rectifiedLinear({ amplitude: 3 })), rectifiedForm, [-1e6, 0, 1e6]],
];

describe.each(['float64', 'float32'] as const)('in %s', (dtype) => {
  const round = rounding(dtype);

  it.each(CURVES)('%s and its slope are exact on both sides of every seam', (_, step, closedForm, seams) => {
    const currents = around(seams, dtype);
    const parameters = Object.fromEntries(Object.entries(step.parameters).map(([name, value]) => [name, round(value)]));
    const { values, slopes } = valuesAndSlopes(step, currents, dtype);
    const beyond = currents.flatMap((current, index) => {
      const { rate, slope } = closedForm(current, parameters);
      const errors = { ofValue: relativeError(values[index]!, rate), ofSlope: relativeError(slopes[index]!, slope) };
      return Math.max(errors.ofValue, errors.ofSlope) <= BOUND[dtype] ? [] : [{ current, ...errors }];
    });
    expect(beyond).toEqual([]);
  });

  it('a surrogate of a fast sigmoid has its slope, however far from threshold', () => {
    // u / (1 + |u|), written so that nothing cancels: sign(u) (1 - 1 / (1 + |u|)).
    const fastSigmoid = kernel({ name: 'fastSigmoid', inputs: ['current'], parameters: ['width'] }, (k) => {
      const scaled = k.divide(k.subtract(k.inputs.current, 1), k.parameters.width);
      const size = k.subtract(1, k.divide(1, k.add(1, k.abs(scaled))));
      return { output: k.select(k.less(scaled, 0), k.negate(size), size) };
    });
    const width = 0.125;
    const surrogate = surrogateGradient({ name: 'fast', approximation: fastSigmoid, parameters: { width } });
    const step = surrogate.trainingStep(lifDefinition, lif(), { lifSmoothing: null });
    const currents = around([-1e6, -100, 0.5, 1, 1.5, 100, 1e6], dtype).filter((current) => current !== 1);
    const derivative = { kernel: differentiateKernel(step.kernel), parameters: step.parameters };
    const inputs = { current: currents, voltage: [0], refractoryTime: [0] };
    const gradients = Object.fromEntries(
      step.kernel.outputs.map(({ name }) => [gradientName(name), [name === 'output' ? 1 : 0]]),
    );
    const slopes = evaluateStep(derivative, { ...inputs, ...gradients }, { dt: 0.001, dtype })[
      gradientName('current')
    ]!;
    currents.forEach((current, index) => {
      const distance = divide(subtract(current, 1), width);
      const reach = add(1, toNumber(distance) < 0 ? multiply(-1, distance) : distance);
      expect(relativeError(slopes[index]!, divide(1, multiply(reach, reach, width)))).toBeLessThan(BOUND[dtype]);
    });
  });

  it('a step of lif is exact around threshold, refractoriness and the least voltage', () => {
    const dt = 2 ** -10;
    const step = lifDefinition.step(lif({ amplitude: 0.5, minVoltage: -0.25 }));
    const parameters = Object.fromEntries(
      Object.entries({ ...step.parameters, dt }).map(([name, value]) => [name, round(value)]),
    );
    const states = around([-100, -0.25, 0.5, 1, 1.5, 8, 500], dtype).flatMap((current) =>
      [-0.25, 0, 0.3, 0.95, 1 - 2 ** -20, 1].flatMap((voltage) =>
        [
          0,
          dt / 3,
          dt * (1 - 2 ** -20),
          dt,
          dt * (1 + 2 ** -20),
          1.5 * dt,
          2 * dt * (1 - 2 ** -20),
          2 * dt,
          5 * dt,
        ].map((refractoryTime) => ({ current, voltage: round(voltage), refractoryTime: round(refractoryTime) })),
      ),
    );
    const columns = {
      current: states.map(({ current }) => current),
      voltage: states.map(({ voltage }) => voltage),
      refractoryTime: states.map(({ refractoryTime }) => refractoryTime),
    };
    const after = evaluateStep(step, columns, { dt, dtype });
    const isNear = (got: number, exact: Wide, scale: number): boolean =>
      Math.abs(toNumber(subtract(got, exact))) <= BOUND[dtype] * Math.max(scale, Math.abs(toNumber(exact)));
    let [spikes, undecided] = [0, 0];
    const wrong = states.filter((state, index) => {
      const exact = lifStepForm(state, parameters);
      // Within rounding of the threshold either answer is right.
      if (Math.abs(exact.margin) < BOUND[dtype] * Math.max(1, Math.abs(state.current))) {
        undecided++;
        return false;
      }
      spikes += exact.output > 0 ? 1 : 0;
      return !(
        after['output']![index] === exact.output &&
        isNear(after['voltage']![index]!, exact.voltage, Math.max(1, Math.abs(state.current))) &&
        isNear(after['refractoryTime']![index]!, exact.refractoryTime, dt)
      );
    });
    expect(wrong).toEqual([]);
    expect([spikes > 100, undecided < states.length / 4]).toEqual([true, true]);
  });

  it('spikingRectifiedLinear counts whole spikes, and keeps the rest, at every whole number', () => {
    // Powers of two, so that the sums themselves are exact.
    const dt = 2 ** -10;
    const step = spikingRectifiedLinearDefinition.step(spikingRectifiedLinear({ amplitude: 0.5 }));
    const current = [-8, 0, 1023.5, 1024, 1024.5, 2047.75, 2048, 2560, 1e6].flatMap((each) => [each, each]);
    const voltage = current.map((_, index) => (index % 2) * 0.5);
    const after = evaluateStep(step, { current, voltage }, { dt, dtype });
    current.forEach((each, index) => {
      const raised = add(voltage[index]!, multiply(Math.max(each, 0), dt));
      const spikes = Math.floor(toNumber(raised));
      expect([after['output']![index], after['voltage']![index]]).toEqual([
        (0.5 / dt) * spikes,
        toNumber(subtract(raised, wide(spikes))),
      ]);
    });
  });
});
