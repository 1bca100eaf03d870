/** @file Every public function counts its arguments before anything else, so that none is taken and ignored. */
import * as tf from '@tensorflow/tfjs-layers';
import { withTensors } from '@ndl/backend-tfjs/tensor-node';
import { isNdlError } from '@ndl/numerics';
import { expect, it } from 'vitest';
import * as all from './index.ts';

/** What is thrown where more is given than anything takes. */
async function codeOf(call: (...given: unknown[]) => unknown): Promise<string> {
  try {
    await call(...Array.from({ length: 9 }, () => ({})));
  } catch (error) {
    if (!isNdlError(error)) throw error;
    return error.code;
  }
  return 'none';
}

it('functions and methods refuse more than they take', async () => {
  const model = withTensors(() => tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] }));
  const conversion = await all.convert(model);
  const methods = Object.getOwnPropertyNames(all.Conversion.prototype).filter(
    (name) => name !== 'constructor' && name !== 'layers',
  );
  const calls: Readonly<Record<string, (...given: unknown[]) => unknown>> = {
    convert: all.convert as never,
    ...Object.fromEntries(
      methods.map((name) => [name, (conversion as unknown as Record<string, () => unknown>)[name]!.bind(conversion)]),
    ),
  };
  const codes = await Promise.all(Object.entries(calls).map(async ([name, call]) => [name, await codeOf(call)]));
  expect(Object.fromEntries(codes)).toEqual(
    Object.fromEntries(Object.keys(calls).map((name) => [name, 'SURPLUS_ARGUMENT'])),
  );
  expect(methods).toEqual(['layer', 'verify', 'toLayersModel']);
});
