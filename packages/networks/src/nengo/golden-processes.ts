/** @file Nengo's processes → ndl's factories. */
import {
  brownNoise,
  filteredNoise,
  piecewise,
  presentInput,
  whiteNoise,
  whiteSignal,
  type Interpolation,
  type PiecewiseValue,
  type Process,
} from '@ndl/model';
import { formulaFunction } from './formula.ts';
import type { GoldenData, Matrix, Vector } from './golden-file.ts';
import { distributionFrom, factoryOf, synapseFrom } from './golden-kinds.ts';
import { MissingKind } from './missing-kind.ts';

/** The seed of its generator, where the file says what an unseeded process had. */
interface Seeded {
  readonly seed?: number | undefined;
}

const FACTORIES: Readonly<Record<string, (data: GoldenData, seed: number | null) => Process>> = {
  PresentInput: (data) => presentInput(data['inputs'] as Matrix, data['presentation_time'] as number),
  Piecewise: (data) => piecewise(pairsOf(data), { interpolation: data['interpolation'] as Interpolation }),
  WhiteNoise: (data, seed) => whiteNoise({ ...drawing(data), seed }),
  FilteredNoise: (data, seed) =>
    filteredNoise({ ...drawing(data), seed, synapse: synapseFrom(data['synapse'] as GoldenData)! }),
  BrownNoise: (data, seed) => brownNoise({ ...drawing(data), seed }),
  WhiteSignal: (data, seed) =>
    whiteSignal(data['period'] as number, data['high'] as number, {
      rms: data['rms'] as number,
      y0: data['y0'] as number | null,
      seed,
    }),
};

/** @throws MissingKind */
export function processFrom(data: GoldenData, { seed }: Seeded = {}): Process {
  return factoryOf('process', FACTORIES, data)(data, (data['seed'] as number | null | undefined) ?? seed ?? null);
}

function drawing(data: GoldenData): Pick<Parameters<typeof whiteNoise>[0] & object, 'distribution' | 'scale'> {
  return { distribution: distributionFrom(data['dist'] as GoldenData), scale: data['scale'] as boolean };
}

function pairsOf({ data, default_size_out: size = 1 }: GoldenData): (readonly [number, PiecewiseValue])[] {
  const entries = Array.isArray(data) ? (data as (readonly [number, unknown])[]) : Object.entries(data as object);
  return entries.map(([time, value]) => [Number(time), valueOf(value, size as number)] as const);
}

/** Numbers, or a function of the time t. */
function valueOf(value: unknown, size: number): PiecewiseValue {
  if ([value].flat().every(Number.isFinite)) return value as number | Vector;
  const { formula } = value as { readonly formula?: string };
  const compute = formula === undefined ? undefined : formulaFunction(formula.replaceAll(/\bt\b/g, 'x0'), 1, size);
  if (compute === undefined) throw new MissingKind('process Piecewise of functions without a formula');
  return (time) => compute([time]);
}
