import { ndarray } from '@ndl/numerics';
import { describe, expect, it } from 'vitest';
import { kernel, type Kernel, type Program, type Training } from '../index.ts';
import { arraysWith, gradientError, gradientsOf } from './gradient-check.test-helper.ts';
import type { Call } from '../interpret.test-helper.ts';
import { buffer, EACH_STEP, program, stored, view } from '../program-fixtures.test-helper.ts';
import { feed, FED, squaredLoss } from './training-fixtures.test-helper.ts';

/** y ← y + (1 - e^(-dt/τ)) (x - y), where τ is what the kernel's author calls a parameter. */
const FILTER: Kernel = kernel({ name: 'lowpass', inputs: ['x', 'y'], parameters: ['dt', 'tau'] }, (k) => {
  const { x, y } = k.inputs;
  const share = k.negate(k.expm1(k.negate(k.divide(k.parameters.dt, k.parameters.tau))));
  return { y: k.add(y, k.multiply(share, k.subtract(x, y))) };
});

/** Rate of a leaky integrate-and-fire neuron: 1 / (τ_ref + τ_rc log(1 + 1/(J - 1))) where J = gain x + bias > 1, else 0. */
const RATE: Kernel = kernel(
  { name: 'lifRate', inputs: ['x'], parameters: ['gain', 'bias', 'tauRc', 'tauRef'] },
  (k) => {
    const { gain, bias, tauRc, tauRef } = k.parameters;
    const over = k.subtract(k.add(k.multiply(gain, k.inputs.x), bias), 1);
    const safe = k.max(over, 1e-6);
    const rate = k.divide(1, k.add(tauRef, k.multiply(tauRc, k.log1p(k.divide(1, safe)))));
    return { rate: k.select(k.greater(over, 0), rate, 0) };
  },
);

/** The parameter after steps of gradient descent from its initial value. */
function descend(training: Training, id: string, call: Call, rate: number, steps: number): number[] {
  let learnt: number[] = [];
  arraysWith(training, id, (initial) => (learnt = [...initial]));
  for (let step = 0; step < steps; step++) {
    const arrays = arraysWith(training, id, (values) => values.set(learnt));
    const gradient = gradientsOf(training, call, undefined, arrays).get(id)!;
    learnt = learnt.map((value, k) => value - rate * gradient[k]!);
  }
  return learnt;
}

describe('what a kernel calls a parameter can be learnt', () => {
  it('the time constant of a lowpass', () => {
    const [dt, tau, steps] = [0.01, 0.05, 8];
    const forward: Program = program({
      dt,
      buffers: [
        buffer('x', 'input', [1]),
        buffer('tau', 'parameter', [1], { initial: stored(ndarray([0.02])) }),
        buffer('v', 'state', [1]),
        buffer('y', 'temp', [1], EACH_STEP),
      ],
      inputs: FED,
      step: [
        {
          kind: 'map',
          kernel: FILTER,
          inputs: [view('x', 1), view('v', 1)],
          parameters: [dt, view('tau', 1)],
          outputs: [{ target: view('v', 1), mode: 'set' }],
        },
        { kind: 'copy', source: view('v', 1), target: view('y', 1), mode: 'set' },
      ],
    });
    const x = feed(steps, 2, 1);
    // The same filter, in its usual form, with the time constant that is to be found.
    const decay = Math.exp(-dt / tau);
    const present = [0, 0];
    const t = x.map((items) =>
      items.map(([value], item) => [(present[item] = decay * present[item]! + (1 - decay) * value!)]),
    );
    const call = { items: 2, steps, feed: { x, t } };
    const training = squaredLoss(forward, view('y', 1), ['tau']);
    expect(gradientError(training, call)).toBeLessThan(1e-6);
    expect(descend(training, 'tau', call, 0.008, 50)[0]).toBeCloseTo(tau, 3);
  });

  it('the gains of neurons, by items and steps', () => {
    const neurons = 3;
    const rates = (gain: Triple, value: number): number[] =>
      gain.map((each, k) => {
        const over = each * value + BIAS[k]! - 1;
        return over > 0 ? 1 / (0.002 + 0.02 * Math.log1p(1 / over)) / 100 : 0;
      });
    const forward: Program = program({
      buffers: [
        buffer('x', 'input', [1]),
        buffer('gain', 'parameter', [neurons], { initial: stored(ndarray([1, 1.5, 2])) }),
        buffer('bias', 'constant', [neurons], { initial: stored(ndarray([...BIAS])) }),
        buffer('r', 'temp', [neurons]),
        buffer('y', 'temp', [neurons], EACH_STEP),
      ],
      inputs: FED,
      step: [
        {
          kind: 'map',
          kernel: RATE,
          inputs: [view('x', 1)],
          parameters: [view('gain', neurons), view('bias', neurons), 0.02, 0.002],
          outputs: [{ target: view('r', neurons), mode: 'set' }],
        },
        {
          kind: 'map',
          kernel: kernel({ name: 'scale', inputs: ['r'] }, (k) => ({ y: k.divide(k.inputs.r, 100) })),
          inputs: [view('r', neurons)],
          parameters: [],
          outputs: [{ target: view('y', neurons), mode: 'set' }],
        },
      ],
    });
    const x = feed(4, 2, 1);
    const wanted: Triple = [1.4, 1.2, 2.3];
    const call = {
      items: 2,
      steps: 4,
      feed: { x, t: x.map((items) => items.map(([value]) => rates(wanted, value!))) },
    };
    const training = squaredLoss(forward, view('y', neurons), ['gain']);
    expect(gradientError(training, call)).toBeLessThan(1e-5);
    const learnt = descend(training, 'gain', call, 12, 80);
    wanted.forEach((gain, k) => expect(learnt[k]).toBeCloseTo(gain, 1));
  });

  it('by a schedule: what the clock told forward, it tells backward', () => {
    const scheduled = kernel({ name: 'scheduled', inputs: ['w', 'time', 'phase'] }, (k) => {
      const { w, time, phase } = k.inputs;
      return { y: k.tanh(k.multiply(w, k.add(k.multiply(1000, time), phase))) };
    });
    const forward = program({
      buffers: [
        buffer('w', 'parameter', [2], { initial: stored(ndarray([0.2, -0.1])) }),
        buffer('y', 'temp', [2], EACH_STEP),
      ],
      step: [
        {
          kind: 'map',
          kernel: scheduled,
          inputs: [view('w', 2), { clock: 'time' }, { clock: 'step', modulus: 2 }],
          parameters: [],
          outputs: [{ target: view('y', 2), mode: 'set' }],
        },
      ],
    });
    const call = { items: 1, steps: 4, feed: { t: feed(4, 1, 2) } };
    expect(gradientError(squaredLoss(forward, view('y', 2), ['w']), call)).toBeLessThan(1e-7);
  });

  it('from an operand that is an input and a parameter at once', () => {
    const square = kernel({ name: 'scaled', inputs: ['x'], parameters: ['factor'] }, (k) => ({
      y: k.multiply(k.inputs.x, k.parameters.factor),
    }));
    const forward = program({
      buffers: [
        buffer('w', 'parameter', [2], { initial: stored(ndarray([0.5, -0.7])) }),
        buffer('y', 'temp', [2], EACH_STEP),
      ],
      step: [
        {
          kind: 'map',
          kernel: square,
          inputs: [view('w', 2)],
          parameters: [view('w', 2)],
          outputs: [{ target: view('y', 2), mode: 'set' }],
        },
      ],
    });
    const call = { items: 1, steps: 2, feed: { t: feed(2, 1, 2) } };
    expect(gradientError(squaredLoss(forward, view('y', 2), ['w']), call)).toBeLessThan(1e-8);
  });
});

type Triple = readonly [number, number, number];

const BIAS: Triple = [1.2, 2, 1.8];
