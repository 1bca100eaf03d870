import { NdArray, type Objective } from '@ndl/core';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { kernel } from '@ndl/ir';
import {
  accuracy,
  directGradient,
  hostLoss,
  kernelLoss,
  meanSquaredError,
  softmaxCrossEntropy,
  type HostLossOptions,
} from './index.ts';
import { evaluateObjective, type History } from './objective-evaluation.test-helper.ts';
import { codeOf, gradientError, output, target } from './objective-fixtures.test-helper.ts';

describe('meanSquaredError', () => {
  it('is the mean over everything, and takes a NaN target as no error', () => {
    const squares = [1, 0, 0, 0.25, 4, 9, 1, 4, 1, 0, 0.0625, 0.0625];
    const { value, gradient } = evaluateObjective(meanSquaredError(), output, target);
    expect(value).toBeCloseTo(squares.reduce((sum, square) => sum + square, 0) / 12, 14);
    expect(gradient[0]![0]![0]).toBeCloseTo(2 / 12, 14);
    expect(gradient[0]![1]![0]).toBe(0);
    expect(gradient[1]![1]![1]).toBe(0);
    expect(gradientError(meanSquaredError(), output, target)).toBeLessThan(1e-8);
  });

  it('holds a held target at every step', () => {
    const held: History = [
      [
        [0, 2],
        [NaN, 1],
        [1, 0],
      ],
    ];
    const repeated = [held[0]!, held[0]!];
    expect(evaluateObjective(meanSquaredError(), output, held)).toEqual(
      evaluateObjective(meanSquaredError(), output, repeated),
    );
  });
});

describe('kernelLoss', () => {
  const absolute = kernel({ name: 'absolute', inputs: ['output', 'target'], parameters: ['scale'] }, (k) => ({
    error: k.multiply(k.parameters.scale, k.abs(k.subtract(k.inputs.output, k.inputs.target))),
  }));

  it('is the mean of the kernel over everything that has a target', () => {
    const loss = kernelLoss({ kernel: absolute, parameters: { scale: 3 } });
    const errors = [1, 0, 0, 0.5, 2, 3, 1, 2, 1, 0, 0.25, 0.25];
    expect(evaluateObjective(loss, output, target).value).toBeCloseTo(
      (3 * errors.reduce((sum, error) => sum + error, 0)) / 12,
      14,
    );
    expect(
      gradientError(
        loss,
        output.map((items) => items.map((row) => row.map((x) => x + 0.1))),
        target,
      ),
    ).toBeLessThan(1e-8);
  });

  it('takes kernels of the output alone', () => {
    const square = kernel({ name: 'square', inputs: ['output'], parameters: ['size'] }, (k) => ({
      loss: k.multiply(k.parameters.size, k.inputs.output, k.inputs.output),
    }));
    const loss = kernelLoss({ kernel: square, parameters: { size: 2 } });
    expect(evaluateObjective(loss, [[[1, 2]]], [[[NaN, 7]]]).value).toBe((2 * 4) / 2);
  });

  it('refuses kernels that are no loss', () => {
    const withInput = (name: string): unknown =>
      kernelLoss({ kernel: kernel({ name: 'odd', inputs: [name] }, (k) => ({ loss: k.inputs[name]! })) });
    const twoOutputs = kernel({ name: 'two', inputs: ['output'] }, (k) => ({ a: k.inputs.output, b: 1 }));
    expect(codeOf(() => withInput('output'))).toBeUndefined();
    expect(codeOf(() => withInput('weights'))).toBe('LOSS_KERNEL_INVALID');
    expect(codeOf(() => kernelLoss({ kernel: twoOutputs }))).toBe('LOSS_KERNEL_INVALID');
    expect(codeOf(() => kernelLoss({ kernel: absolute }))).toBe('LOSS_KERNEL_INVALID');
    expect(codeOf(() => kernelLoss({ kernel: absolute, parameter: {} } as never))).toBe('UNKNOWN_OPTION');
  });
});

describe('softmaxCrossEntropy', () => {
  /** In plain arithmetic. */
  const crossEntropyOf = (outputs: readonly number[], targets: readonly number[]): number => {
    const total = outputs.reduce((sum, x) => sum + Math.exp(x), 0);
    return targets.some(Number.isNaN)
      ? 0
      : -targets.reduce((sum, t, index) => sum + t * Math.log(Math.exp(outputs[index]!) / total), 0);
  };

  it('is the mean over items and steps of the cross-entropy, 0 where a target is NaN', () => {
    const probabilities: History = [
      [
        [0, 1],
        [NaN, 1],
        [0.5, 0.5],
      ],
      [
        [1, 0],
        [NaN, NaN],
        [0.9, 0.1],
      ],
    ];
    const rows = output.flatMap((items, step) =>
      items.map((row, item) => crossEntropyOf(row, probabilities[step]![item]!)),
    );
    const { value, gradient } = evaluateObjective(softmaxCrossEntropy(), output, probabilities);
    expect(value).toBeCloseTo(rows.reduce((sum, row) => sum + row, 0) / 6, 13);
    expect(gradient[0]![1]).toEqual([0, 0]);
    expect(gradientError(softmaxCrossEntropy(), output, probabilities)).toBeLessThan(1e-8);
  });

  it('has the gradient softmax - target, for targets that sum to 1', () => {
    const { gradient } = evaluateObjective(softmaxCrossEntropy(), [[[1, 2, -3]]], [[[0, 0.25, 0.75]]]);
    const exponentials = [1, 2, -3].map(Math.exp);
    const total = exponentials.reduce((sum, x) => sum + x, 0);
    [0, 0.25, 0.75].forEach((t, index) =>
      expect(gradient[0]![0]![index]).toBeCloseTo(exponentials[index]! / total - t, 14),
    );
  });

  it('is safe for outputs of any size', () => {
    const { value, gradient } = evaluateObjective(
      softmaxCrossEntropy(),
      [
        [
          [1e5, -1e5],
          [3e4, 3e4],
        ],
      ],
      [
        [
          [0, 1],
          [1, 0],
        ],
      ],
    );
    expect(value).toBeCloseTo((2e5 + Math.log(2)) / 2, 8);
    expect(gradient[0]).toEqual([
      [0.5, -0.5],
      [-0.25, 0.25],
    ]);
  });

  it('does not change when one number is added to all outputs of a row', () => {
    const number = fc.double({ min: -20, max: 20, noNaN: true });
    fc.assert(
      fc.property(number, number, number, number, (a, b, c, shift) => {
        const wanted: History = [[[0.2, 0.3, 0.5]]];
        const { value } = evaluateObjective(softmaxCrossEntropy(), [[[a, b, c]]], wanted);
        expect(
          evaluateObjective(softmaxCrossEntropy(), [[[a + shift, b + shift, c + shift]]], wanted).value,
        ).toBeCloseTo(value, 11);
      }),
    );
  });

  it('holds a held target at every step', () => {
    const held: History = [
      [
        [0, 1],
        [NaN, 1],
        [1, 0],
      ],
    ];
    const repeated = [held[0]!, held[0]!];
    expect(evaluateObjective(softmaxCrossEntropy(), output, held)).toEqual(
      evaluateObjective(softmaxCrossEntropy(), output, repeated),
    );
  });
});

describe('directGradient', () => {
  it('has the targets as its gradient, 0 where they are NaN', () => {
    const { value, gradient } = evaluateObjective(directGradient(), output, target);
    expect(gradient).toEqual(target.map((items) => items.map((row) => row.map((x) => (Number.isNaN(x) ? 0 : x)))));
    expect(value).toBe(0 + 4 + 0.5 + 3 + 12 + 0.75);
  });
});

describe('hostLoss', () => {
  /** Mean over items of Σ (output - target)⁴. */
  const quartic: HostLossOptions = {
    label: 'quartic',
    call(actual, wanted, { items, size }) {
      expect(actual.length).toBe(items * size);
      const errors = Array.from(actual, (x, index) => x - (wanted[index]! || 0));
      return {
        loss: errors.reduce((sum, e) => sum + e ** 4, 0) / items,
        gradient: errors.map((e) => (4 * e ** 3) / items),
      };
    },
  };

  it('is the mean over steps of what the function returns, with its gradient', () => {
    const expected = output.flatMap((items, step) =>
      items.flatMap((row, item) => row.map((x, element) => (x - (target[step]![item]![element]! || 0)) ** 4)),
    );
    const { value } = evaluateObjective(hostLoss(quartic), output, target);
    expect(value).toBeCloseTo(expected.reduce((sum, x) => sum + x, 0) / 3 / 2, 10);
    expect(gradientError(hostLoss(quartic), output, target)).toBeLessThan(1e-6);
  });

  it('takes an NdArray for the gradient, of the shape of the outputs', () => {
    const returning = (shape: (items: number, size: number) => number[]): Objective =>
      hostLoss({
        ...quartic,
        call(actual, wanted, { items, size }) {
          const { loss, gradient } = quartic.call(actual, wanted, { items, size });
          return { loss, gradient: new NdArray(Float64Array.from(gradient as number[]), shape(items, size)) };
        },
      });
    const { value, gradient } = evaluateObjective(hostLoss(quartic), output, target);
    for (const loss of [returning((items, size) => [items, size]), returning((items, size) => [items * size])]) {
      expect(evaluateObjective(loss, output, target)).toEqual({ value, gradient });
    }
    const turned = returning((items, size) => [size, items]);
    expect(() => evaluateObjective(turned, output, target)).toThrow(/shape \[\d, \d\] where \[\d, \d\] is wanted/);
  });

  it('weighs steps by the counts that it returns', () => {
    // The mean over what was asked for, of a step: 5 targets at the first step, 5 at the second.
    const mean = hostLoss({
      label: 'mean',
      call(actual, wanted) {
        const asked = Array.from(wanted, (value) => !Number.isNaN(value));
        const count = asked.filter(Boolean).length;
        const errors = Array.from(actual, (x, index) => (asked[index]! ? x - wanted[index]! : 0));
        return {
          loss: errors.reduce((sum, e) => sum + e ** 2, 0) / count,
          gradient: errors.map((e) => (2 * e) / count),
          count,
        };
      },
    });
    for (const wanted of [target, [target[0]!, target[0]!.map((row) => row.map(() => NaN))]]) {
      const [own, builtIn] = [mean, meanSquaredError({ missing: 'ignore' })].map((loss) =>
        evaluateObjective(loss, output, wanted),
      );
      expect(own!.value).toBeCloseTo(builtIn!.value, 13);
      own!.gradient.flat(2).forEach((value, index) => expect(value).toBeCloseTo(builtIn!.gradient.flat(2)[index]!, 13));
    }
  });

  it('is blamed for what is not finite where outputs are, and not where they are not', () => {
    const returning = (result: unknown, at: History = output): unknown =>
      evaluateObjective(hostLoss({ label: 'mine', call: () => result as never }), at, target);
    const gradient = [1, 2, 3, 4, 5, 6];
    expect(() => returning({ loss: 1, gradient: [1, 2, 3, NaN, 5, 6] })).toThrow(
      /"mine".*element 3 of its gradient is NaN.*targets are NaN/,
    );
    expect(() => returning({ loss: Infinity, gradient })).toThrow(
      /its loss is Infinity, though all outputs are finite/,
    );
    expect(() =>
      returning({ loss: NaN, gradient }, [
        [
          [NaN, 1],
          [1, 1],
          [1, 1],
        ],
      ]),
    ).not.toThrow();
    for (const result of [
      { loss: 1, gradient: [1n, 2, 3, 4, 5, 6] },
      {
        loss: 1,
        gradient: [
          [1, 2],
          [3, 4],
          [5, 6],
        ].concat([[], [], []] as never),
      },
      { loss: 1n, gradient },
      { loss: 1, gradient: '123456' },
      { loss: 1, gradient, count: -1 },
      { loss: 1, gradient, count: NaN },
      Promise.resolve({ loss: 1, gradient }),
      null,
    ])
      expect(codeOf(() => returning(result))).toBe('HOST_LOSS_INVALID');
  });

  it('says what is wrong with what the function returns', () => {
    const returning = (result: unknown): unknown =>
      evaluateObjective(hostLoss({ label: 'mine', call: () => result as never }), output, target);
    for (const result of [undefined, 3, { loss: 1 }, { loss: '1', gradient: [] }, { loss: 1, gradient: [1, 2] }]) {
      expect(codeOf(() => returning(result))).toBe('HOST_LOSS_INVALID');
    }
    expect(() => returning({ loss: 1, gradient: [1, 2] })).toThrow('The loss "mine" must return { loss, gradient }');
    expect(() => returning({ loss: 1, gradient: [1, 2] })).toThrow('its gradient has 2 elements where 6 are wanted');
  });

  it('is what its options were when it was made', () => {
    const options = { label: 'mine', call: () => ({ loss: 3, gradient: Array.from({ length: 6 }, () => 0) }) };
    const loss = hostLoss(options);
    options.call = () => ({ loss: 99, gradient: [] });
    expect(evaluateObjective(loss, output, target).value).toBeCloseTo(3, 12);
  });

  it('refuses what is no loss function', () => {
    expect(codeOf(() => hostLoss({ label: 'mine', call: 3 as never }))).toBe('INVALID_OPTION');
    expect(codeOf(() => hostLoss({ ...quartic, gradient: true } as never))).toBe('UNKNOWN_OPTION');
  });
});

describe('accuracy', () => {
  const measure = (at: History, wanted: History): number => evaluateObjective(accuracy(), at, wanted, 'metric').value;

  it('is the fraction of items and steps whose largest output is at the largest target', () => {
    const wanted: History = [
      [
        [0, 1],
        [1, 0],
        [1, 0],
      ],
      [
        [1, 0],
        [0, 1],
        [-3, -2],
      ],
    ];
    // Right, wrong, a draw that counts; right, wrong, right.
    expect(measure(output, wanted)).toBeCloseTo(4 / 6, 14);
  });

  it('leaves out items and steps with a NaN among their targets', () => {
    const lastStepOnly: History = [
      [
        [NaN, NaN],
        [NaN, 1],
        [NaN, 0],
      ],
      [
        [1, 0],
        [0, 1],
        [0, 1],
      ],
    ];
    expect(measure(output, lastStepOnly)).toBeCloseTo(2 / 3, 14);
  });

  it('never counts an output that is NaN, and takes held targets', () => {
    expect(measure([[[NaN, NaN]], [[1, 0]]], [[[1, 0]]])).toBe(0.5);
  });
});
