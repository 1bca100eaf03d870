import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { isNdlError, type Optimizer } from '@ndl/core';
import { evaluateKernel } from '@ndl/ir';
import { adam, momentum, rmsprop, sgd } from './index.ts';

/** The parameter after each update, from these gradients. */
function trajectory(
  optimizer: Optimizer,
  start: number,
  gradients: readonly number[],
  dtype: 'float32' | 'float64' = 'float64',
): number[] {
  const arrayOf = (value: number): Float32Array | Float64Array =>
    dtype === 'float32' ? Float32Array.of(value) : Float64Array.of(value);
  const state = [arrayOf(start), ...optimizer.memory.map(() => arrayOf(0))];
  return gradients.map((gradient, index) => {
    const scalars = optimizer.scalars(index + 1);
    const parameters = optimizer.update.parameters.map((name) => arrayOf(scalars[name]!));
    evaluateKernel(optimizer.update, [state[0]!, arrayOf(gradient), ...state.slice(1)], parameters, state, dtype);
    return state[0]![0]!;
  });
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    if (isNdlError(error)) return error.code;
  }
  return undefined;
}

const gradients = [0.5, -2, 0, 3, 0.25];
const optimizers: readonly {
  name: string;
  make: (options?: { learningRate?: number | ((update: number) => number) }) => Optimizer;
}[] = [
  { name: 'sgd', make: sgd },
  { name: 'momentum', make: momentum },
  { name: 'adam', make: adam },
  { name: 'rmsprop', make: rmsprop },
];

describe.each(optimizers)('$name', ({ name, make }) => {
  it('has a kernel of parameter, gradient and memory, with a value for each of its parameters', () => {
    const optimizer = make();
    expect(optimizer.kind).toBe(name);
    expect(optimizer.update.inputs).toEqual(['parameter', 'gradient', ...optimizer.memory]);
    expect(optimizer.update.outputs.map((output) => output.name)).toEqual(['parameter', ...optimizer.memory]);
    expect(Object.keys(optimizer.scalars(1)).sort()).toEqual([...optimizer.update.parameters].sort());
  });

  it('leaves parameters without gradient where they are, and all where the rate is 0', () => {
    expect(trajectory(make(), 0.7, [0, 0, 0])).toEqual([0.7, 0.7, 0.7]);
    expect(trajectory(make({ learningRate: 0 }), 0.7, gradients)).toEqual(gradients.map(() => 0.7));
  });

  it('goes downhill to the minimum of a parabola', () => {
    const optimizer = make({ learningRate: 0.02 });
    const state = [Float64Array.of(2), ...optimizer.memory.map(() => Float64Array.of(0))];
    for (let update = 1; update <= 3000; update++) {
      const scalars = optimizer.scalars(update);
      const gradient = Float64Array.of(2 * (state[0]![0]! - 0.5));
      evaluateKernel(
        optimizer.update,
        [state[0]!, gradient, ...state.slice(1)],
        optimizer.update.parameters.map((each) => Float64Array.of(scalars[each]!)),
        state,
        'float64',
      );
    }
    // RMSprop keeps stepping by about its learning rate.
    expect(Math.abs(state[0]![0]! - 0.5)).toBeLessThan(0.021);
  });

  it('asks a schedule for the rate of each update, counting from 1', () => {
    const asked: number[] = [];
    const optimizer = make({
      learningRate: (update) => {
        asked.push(update);
        return 0.1 / update;
      },
    });
    expect([1, 2, 5].map((update) => optimizer.scalars(update)['learningRate'])).toEqual([0.1, 0.05, 0.02]);
    expect(asked).toEqual([1, 2, 5]);
  });

  it('refuses bad rates, bad schedules and unknown options', () => {
    for (const learningRate of [-0.1, NaN, Infinity, '0.1' as never])
      expect(codeOf(() => make({ learningRate }))).toBe('INVALID_OPTION');
    const schedule = make({ learningRate: (update) => (update < 3 ? 0.1 : -1) });
    expect(codeOf(() => schedule.scalars(2))).toBeUndefined();
    expect(codeOf(() => schedule.scalars(3))).toBe('SCHEDULE_INVALID');
    expect(codeOf(() => make({ learningrate: 0.1 } as never))).toBe('UNKNOWN_OPTION');
    expect(() => make({ learningrate: 0.1 } as never)).toThrow('Did you mean learningRate?');
    expect(codeOf(() => make(0.1 as never))).toBe('INVALID_OPTION');
  });
});

describe('the sequence of parameters', () => {
  const closeTo = (actual: readonly number[], expected: readonly number[]): void =>
    actual.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 13));

  it('of sgd', () => {
    closeTo(trajectory(sgd({ learningRate: 0.1 }), 1, gradients), [0.95, 1.15, 1.15, 0.85, 0.825]);
  });

  it('of momentum', () => {
    // v: 0.5, -1.75, -0.875, 2.5625, 1.53125
    closeTo(
      trajectory(momentum({ learningRate: 0.1, momentum: 0.5 }), 1, gradients),
      [0.95, 1.125, 1.2125, 0.95625, 0.803125],
    );
  });

  it('of momentum with Nesterov', () => {
    // μ v + g: 0.75, -2.875, -0.4375, 4.28125, 1.015625
    closeTo(
      trajectory(momentum({ learningRate: 0.1, momentum: 0.5, nesterov: true }), 1, gradients),
      [0.925, 1.2125, 1.25625, 0.828125, 0.7265625],
    );
  });

  it('of rmsprop', () => {
    // ρ = 0.75: s = 1, 1.75, 1.3125
    closeTo(trajectory(rmsprop({ learningRate: 0.1, decay: 0.75, epsilon: 0.5 }), 1, [2, -2, 0]), [
      1 - 0.2 / 1.5,
      1 - 0.2 / 1.5 + 0.2 / (Math.sqrt(1.75) + 0.5),
      1 - 0.2 / 1.5 + 0.2 / (Math.sqrt(1.75) + 0.5),
    ]);
  });

  it('of adam, as its paper writes it', () => {
    const [alpha, beta1, beta2, epsilon] = [0.05, 0.8, 0.95, 1e-3];
    let [theta, m, v] = [1, 0, 0];
    const expected = gradients.map((g, index) => {
      const t = index + 1;
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      theta -= (alpha * (m / (1 - beta1 ** t))) / (Math.sqrt(v / (1 - beta2 ** t)) + epsilon);
      return theta;
    });
    closeTo(trajectory(adam({ learningRate: alpha, beta1, beta2, epsilon }), 1, gradients), expected);
  });

  it('of adam begins with a step of the learning rate, whatever the size of the gradient', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (gradient) => {
        expect(trajectory(adam({ learningRate: 0.01 }), 0, [gradient])[0]).toBeCloseTo(-0.01, 6);
        expect(trajectory(adam({ learningRate: 0.01 }), 0, [-gradient])[0]).toBeCloseTo(0.01, 6);
      }),
    );
  });

  it('of adam in float32 follows that in float64', () => {
    const many = Array.from({ length: 200 }, (_, index) => Math.sin(index));
    const exact = trajectory(adam({ learningRate: 0.01 }), 0.5, many);
    trajectory(adam({ learningRate: 0.01 }), 0.5, many, 'float32').forEach((value, index) =>
      expect(Math.abs(value - exact[index]!)).toBeLessThan(1e-5),
    );
  });
});

describe('options of single optimizers', () => {
  it('are refused out of range', () => {
    for (const bad of [1, -0.1, NaN, 2]) {
      expect(codeOf(() => momentum({ momentum: bad }))).toBe('INVALID_OPTION');
      expect(codeOf(() => adam({ beta1: bad }))).toBe('INVALID_OPTION');
      expect(codeOf(() => adam({ beta2: bad }))).toBe('INVALID_OPTION');
      expect(codeOf(() => rmsprop({ decay: bad }))).toBe('INVALID_OPTION');
    }
    for (const bad of [0, -1, NaN, Infinity]) {
      expect(codeOf(() => adam({ epsilon: bad }))).toBe('INVALID_OPTION');
      expect(codeOf(() => rmsprop({ epsilon: bad }))).toBe('INVALID_OPTION');
    }
    expect(codeOf(() => momentum({ nesterov: 1 as never }))).toBe('INVALID_OPTION');
    expect(() => adam({ beta1: 1 })).toThrow('adam: beta1 must be a number from 0 on and below 1; got 1.');
  });
});

describe('options of the wrong type', () => {
  const values: readonly unknown[] = [null, '0.1', 1n, NaN, Infinity, -1, true, {}, [0.1]];
  const numeric: readonly (readonly [string, string, (value: never) => unknown])[] = [
    ['sgd', 'learningRate', (learningRate) => sgd({ learningRate })],
    ['momentum', 'learningRate', (learningRate) => momentum({ learningRate })],
    ['momentum', 'momentum', (value) => momentum({ momentum: value })],
    ['adam', 'learningRate', (learningRate) => adam({ learningRate })],
    ['adam', 'beta1', (beta1) => adam({ beta1 })],
    ['adam', 'beta2', (beta2) => adam({ beta2 })],
    ['adam', 'epsilon', (epsilon) => adam({ epsilon })],
    ['rmsprop', 'learningRate', (learningRate) => rmsprop({ learningRate })],
    ['rmsprop', 'decay', (decay) => rmsprop({ decay })],
    ['rmsprop', 'epsilon', (epsilon) => rmsprop({ epsilon })],
  ];

  it.each(numeric)('%s: %s is refused by name', (factory, option, make) => {
    for (const value of values) {
      expect(() => make(value as never)).toThrow(`${factory}: ${option} must be`);
      expect(codeOf(() => make(value as never))).toBe('INVALID_OPTION');
    }
    expect(() => make(undefined as never)).not.toThrow();
  });

  it('momentum: nesterov is true or false', () => {
    for (const value of [null, 'yes', 1])
      expect(codeOf(() => momentum({ nesterov: value as never }))).toBe('INVALID_OPTION');
  });

  it('an epsilon that float64 holds is no wrong one: whether the dtype does, training sees', () => {
    for (const make of [adam, rmsprop]) {
      const optimizer = make({ epsilon: 1e-50 });
      expect(optimizer.scalars(1)).toMatchObject({ epsilon: 1e-50 });
      expect(optimizer.divisors).toEqual(['epsilon']);
    }
  });

  it.each([null, '0.1', 1n, NaN, -1, undefined, Promise.resolve(0.1), [0.1]])(
    'a schedule that returns %s is refused',
    (rate) => {
      const optimizer = sgd({ learningRate: () => rate as never });
      expect(codeOf(() => optimizer.scalars(3))).toBe('SCHEDULE_INVALID');
      expect(() => optimizer.scalars(3)).toThrow(/sgd.*update 3/);
    },
  );

  it('a BigInt is called one', () => {
    expect(() => sgd({ learningRate: 1n as never })).toThrow('got the BigInt 1n');
  });
});
