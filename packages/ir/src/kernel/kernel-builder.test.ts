import { isNdlError } from '@ndl/numerics';
import { describe, expect, it } from 'vitest';
import { evaluateKernel, kernel, topologicalOrder } from '../index.ts';

describe('kernel', () => {
  it('makes equal sub-expressions one node', () => {
    const built = kernel({ name: 'twice', inputs: ['x', 'y'] }, (k) => ({
      a: k.exp(k.add(k.inputs.x, k.inputs.y)),
      b: k.exp(k.add(k.inputs.y, k.inputs.x)),
    }));
    expect(built.outputs[0]!.expression).toBe(built.outputs[1]!.expression);
  });

  it('folds constants and drops what does nothing', () => {
    const built = kernel({ name: 'folded', inputs: ['x'] }, (k) => ({
      output: k.add(k.multiply(k.inputs.x, k.subtract(3, 2)), k.floor(0.5)),
    }));
    expect(built.outputs[0]!.expression).toEqual({ kind: 'input', name: 'x' });
  });

  it('sums and multiplies any number of operands from left to right', () => {
    const built = kernel({ name: 'chain', inputs: ['x'] }, (k) => ({
      sum: k.add(k.inputs.x, 1e16, -1e16),
      none: k.add(),
      product: k.multiply(k.inputs.x, 2, 3),
    }));
    const outputs = [new Float64Array(1), new Float64Array(1), new Float64Array(1)];
    evaluateKernel(built, [Float64Array.of(1)], [], outputs, 'float64');
    expect(outputs.map((output) => output[0])).toEqual([0, 0, 6]);
  });

  it('takes expressions of another kernel, under its own names', () => {
    const first = kernel({ name: 'first', inputs: ['x'] }, (k) => ({ output: k.tanh(k.inputs.x) }));
    const second = kernel({ name: 'second', inputs: ['x'] }, (k) => ({
      output: k.subtract(first.outputs[0]!.expression, k.tanh(k.inputs.x)),
    }));
    expect(topologicalOrder([second.outputs[0]!.expression])).toHaveLength(3);
  });

  it('refuses unknown and repeated names, foreign values and missing outputs', () => {
    const codeOf = (build: () => unknown): string => {
      try {
        build();
      } catch (error) {
        if (isNdlError(error)) return error.code;
        throw error;
      }
      return 'no error';
    };
    const declaration = { name: 'k', inputs: ['voltage'] } as const;
    expect(codeOf(() => kernel(declaration, (k) => ({ out: Reflect.get(k.inputs, 'volts') as never })))).toBe(
      'KERNEL_UNKNOWN_NAME',
    );
    expect(codeOf(() => kernel(declaration, (k) => ({ out: k.add('voltage' as never, 1) })))).toBe(
      'KERNEL_NOT_AN_EXPRESSION',
    );
    expect(codeOf(() => kernel({ name: 'k', inputs: ['x'], parameters: ['x'] }, () => ({ out: 1 })))).toBe(
      'KERNEL_DUPLICATE_NAME',
    );
    expect(codeOf(() => kernel(declaration, () => ({})))).toBe('KERNEL_WITHOUT_OUTPUT');
    const foreign = kernel({ name: 'other', inputs: ['x'] }, (k) => ({ out: k.exp(k.inputs.x) })).outputs[0]!
      .expression;
    expect(codeOf(() => kernel(declaration, () => ({ out: foreign })))).toBe('KERNEL_UNKNOWN_NAME');
  });

  it('refuses operators and functions of JavaScript on its expressions, and NaN', () => {
    const refused: ((x: number) => unknown)[] = [
      (x) => x > 0,
      (x) => x * 2,
      (x) => -x,
      (x) => x + 1,
      (x) => x + 'volts',
      (x) => Math.max(x, 0),
    ];
    for (const body of refused) {
      const build = (): unknown =>
        kernel({ name: 'k', inputs: ['x'] }, (k) => ({ out: body(k.inputs.x as never) as number }));
      expect(build, String(body)).toThrow(
        /input "x" was used as a number.*k\.multiply\(…\).*k\.greater\(…\).*k\.select\(…\)/u,
      );
    }
    const sum = (): unknown =>
      kernel({ name: 'k', inputs: ['x'] }, (k) => ({ out: (k.add(k.inputs.x, 1) as never) > 0 ? 1 : 0 }));
    expect(sum).toThrow("an expression of kind 'binary'");
    const constant = (): unknown => kernel({ name: 'k', inputs: ['x'] }, (k) => ({ out: k.add(k.inputs.x, NaN) }));
    expect(constant).toThrow('constant NaN');
  });

  it('makes plain data all the same: kernels can be cloned, compared and printed', () => {
    const built = kernel({ name: 'k', inputs: ['x'] }, (k) => ({ out: k.add(k.inputs.x, 1) }));
    expect(structuredClone(built)).toStrictEqual(built);
    expect(Object.keys(built.outputs[0]!.expression)).toEqual(['kind', 'operation', 'left', 'right']);
    expect(`${built.outputs[0]!.expression as unknown as string}`).toBe('[binary of a kernel]');
  });
});
