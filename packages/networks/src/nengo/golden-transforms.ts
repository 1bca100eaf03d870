/** @file Transforms of golden files → ndl's factories. */
import {
  convolution,
  convolutionTranspose,
  dense,
  sparse,
  type ConnectionOptions,
  type ConvolutionOptions,
} from '@ndl/model';
import type { GoldenConnection, GoldenData, Matrix, Vector } from './golden-file.ts';
import { distributionFrom, factoryOf } from './golden-kinds.ts';

type TransformOf = (data: GoldenData, weights: GoldenConnection['weights']) => ConnectionOptions['transform'];

const transforms: Readonly<Record<string, TransformOf>> = {
  NoTransform: () => null,
  Dense: (data) => {
    const init = data['init'] as number | Vector | Matrix | GoldenData;
    return dense(shapeOf(data), isData(init) ? distributionFrom(init) : init);
  },
  // What is made from a matrix of scipy's is told by the weights that were built of it.
  Sparse: (data, weights) => {
    const init = data['init'] as string | GoldenData | undefined;
    const entries = (data['indices'] ?? weights?.indices) as Matrix;
    return sparse(shapeOf(data), entries, isData(init) ? distributionFrom(init) : (weights!.data as Vector));
  },
  Convolution: (data) =>
    convolution(data['n_filters'] as number, data['input_shape'] as Vector, convolutionOptions(data)),
  ConvolutionTranspose: (data) => {
    const channels = convolutionOptions(data);
    const shape = (data['output_shape'] ?? null) as Vector | null;
    const outputSize =
      shape === null ? {} : { outputSize: channels.channelsLast ? shape.slice(0, -1) : shape.slice(1) };
    return convolutionTranspose(data['n_filters'] as number, data['input_shape'] as Vector, {
      ...channels,
      ...outputSize,
    });
  },
};

function convolutionOptions(data: GoldenData): ConvolutionOptions {
  const init = data['init'] as Vector | GoldenData;
  return {
    kernelSize: data['kernel_size'] as Vector,
    strides: data['strides'] as Vector,
    padding: data['padding'] as 'same' | 'valid',
    channelsLast: data['channels_last'] as boolean,
    groups: data['groups'] as number,
    kernel: isData(init) ? distributionFrom(init) : init,
  };
}

/** @throws MissingKind */
export function transformFrom({
  transform,
  weights,
}: Pick<GoldenConnection, 'transform' | 'weights'>): ConnectionOptions['transform'] {
  return factoryOf('transform', transforms, transform)(transform, weights);
}

/** The name of the parameter that weights of a kind are, in ndl; undefined where they are the connection's weights. */
export function parameterOfWeights(kind: string): string | undefined {
  return kind === 'sparse' ? 'values' : kind === 'kernel' ? 'kernel' : undefined;
}

function shapeOf(data: GoldenData): readonly [number, number] {
  return data['shape'] as readonly [number, number];
}

function isData(value: unknown): value is GoldenData {
  return typeof value === 'object' && !Array.isArray(value);
}
