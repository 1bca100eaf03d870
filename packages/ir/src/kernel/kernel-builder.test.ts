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
      'UNKNOWN_KERNEL_NAME',
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
    expect(codeOf(() => kernel(declaration, () => ({ out: foreign })))).toBe('UNKNOWN_KERNEL_NAME');
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
      expect(build).toThrow(/input "x" was used as a number.*k\.multiply\(…\).*k\.greater\(…\).*k\.select\(…\)/u);
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

  it.each<[string, unknown[], string]>([
    ['nothing', [], 'KERNEL_INVALID: kernel: the declaration must be an object: { name, inputs, parameters }'],
    ['no name', [{ inputs: ['x'] }, () => ({ out: 1 })], 'KERNEL_INVALID: kernel: name must be a text'],
    ['no inputs', [{ name: 'k' }, () => ({ out: 1 })], 'KERNEL_INVALID: Kernel k: inputs must be a list of names'],
    [
      'a text of inputs',
      [{ name: 'k', inputs: 'x' }, () => ({ out: 1 })],
      "inputs must be a list of names, such as ['x']; got 'x'",
    ],
    [
      'a null of parameters',
      [{ name: 'k', inputs: [], parameters: null }, () => ({ out: 1 })],
      'Kernel k: parameters must be',
    ],
    [
      'a misspelt name',
      [{ name: 'k', inputs: ['x'], params: ['y'] }, () => ({ out: 1 })],
      'UNKNOWN_KERNEL_NAME: Kernel k has no field "params"',
    ],
    ['no body', [{ name: 'k', inputs: ['x'] }], 'KERNEL_INVALID: Kernel k: its body must be a function'],
    ['braces without return', [{ name: 'k', inputs: ['x'] }, () => {}], 'braces needs a return, or parentheses'],
    ['a list', [{ name: 'k', inputs: ['x'] }, () => [1]], 'must return an object of outputs by name, at once; got [1]'],
    ['a promise', [{ name: 'k', inputs: ['x'] }, async () => ({ out: 1 })], 'got a promise'],
    [
      'an expression',
      [{ name: 'k', inputs: ['x'] }, (k: { inputs: { x: unknown } }) => k.inputs.x],
      "got an object of kind 'input'",
    ],
    [
      'an unknown operation',
      [{ name: 'k', inputs: ['x'] }, (k: { sin(x: number): number }) => ({ out: k.sin(1) })],
      'Kernel k has no operation "sin"',
    ],
  ])('refuses %s by name', (_, given, message) => {
    const build = kernel as unknown as (...given: unknown[]) => unknown;
    let refusal = 'none';
    try {
      build(...given);
    } catch (error) {
      if (!isNdlError(error)) throw error;
      refusal = `${error.code}: ${error.message}`;
    }
    expect(refusal).toContain(message);
  });

  it('lists the operations there are', () => {
    const sine = (): unknown =>
      kernel({ name: 'k', inputs: ['x'] }, (k) => ({ out: (k as never as { sin(x: number): number }).sin(1) }));
    expect(sine).toThrow(expect.objectContaining({ known: expect.arrayContaining(['add', 'tanh', 'select']) }));
    expect(sine).toThrow('tanh');
  });
});
