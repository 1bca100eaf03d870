/** @file What the neurons of an ensemble answer: to what the ensemble represents, and along their own directions. */
import type { Ensemble } from '@ndl/model';
import { euclideanNorm, NdArray, refuseSurplus, type ArrayLikeInput } from '@ndl/numerics';
import type { Simulator } from '@ndl/simulator';
import { axesOf } from './axes.ts';
import { vector, wholeWithin } from './checks.ts';
import { invalidOption, noCurves, wrongShape } from './errors.ts';
import { type Line, linesOf } from './lines.ts';
import { pictureOptions, svgOf, type Picture, type PictureOptions } from './picture.ts';
import { extentOf, spanOf } from './ranges.ts';
import { counted } from './written-text.ts';

/** What curves ask of a simulator. */
export type CurveSource = Pick<Simulator, 'data' | 'rates'>;

/** Options of `responseCurves`. */
export interface CurvesOptions extends PictureOptions {
  /** How many curves are drawn at most, of neurons spread evenly over all. Default 50. */
  readonly neurons?: number | undefined;
}

/** Options of `tuningCurves`. */
export interface TuningCurvesOptions extends CurvesOptions {
  /** Where the represented value goes, [dimensions]; its length does not matter. Default along the first dimension. */
  readonly direction?: ArrayLikeInput | undefined;
}

const POINTS = 101;
const HEIGHT = 300;

/**
 * The rate of each neuron at values from -radius to radius along a direction, as SVG text: parameters as they are now.
 * @throws NdlError INVALID_OPTION, FOREIGN_OBJECT, NO_NEURONS, SHAPE_MISMATCH, UNKNOWN_OPTION
 */
export function tuningCurves(sim: CurveSource, ensemble: Ensemble, options: TuningCurvesOptions = {}): string {
  refuseSurplus('tuningCurves', arguments, 3);
  const picture = pictureOptions('tuningCurves', options, 'Tuning curves', ['neurons', 'direction']);
  const { scaledEncoders, bias, radius } = tuningOf('tuningCurves', sim, ensemble);
  const dimensions = scaledEncoders.shape[1]!;
  const direction = directionOf(options.direction, dimensions);
  const along = (neuron: number): number =>
    direction.reduce((sum, part, at) => sum + part * scaledEncoders.data[neuron * dimensions + at]!, 0);
  const where = options.direction === undefined ? 'dimension 0' : 'the direction';
  const label = dimensions === 1 ? 'represented value' : `represented value along ${where}`;
  return curves('tuningCurves', picture, options, sim, ensemble, {
    label,
    ends: [-radius, radius],
    count: bias.size,
    current: (neuron, x) => along(neuron) * x + bias.data[neuron]!,
  });
}

/**
 * The rate of each neuron along its own preferred direction, from -1 to 1 in units of the radius, as SVG text: current = gain · x + bias.
 * @throws NdlError INVALID_OPTION, FOREIGN_OBJECT, NO_NEURONS, UNKNOWN_OPTION
 */
export function responseCurves(sim: CurveSource, ensemble: Ensemble, options: CurvesOptions = {}): string {
  refuseSurplus('responseCurves', arguments, 3);
  const picture = pictureOptions('responseCurves', options, 'Response curves', ['neurons']);
  const { gain, bias } = tuningOf('responseCurves', sim, ensemble);
  return curves('responseCurves', picture, options, sim, ensemble, {
    label: 'along the preferred direction, in radii',
    ends: [-1, 1],
    count: bias.size,
    current: (neuron, x) => gain.data[neuron]! * x + bias.data[neuron]!,
  });
}

interface Tuning {
  readonly scaledEncoders: NdArray;
  readonly gain: NdArray;
  readonly bias: NdArray;
  readonly radius: number;
}

function tuningOf(call: string, sim: CurveSource, ensemble: Ensemble): Tuning {
  const given = sim as Partial<CurveSource> | null | undefined;
  if (typeof given?.rates !== 'function' || typeof given.data?.get !== 'function')
    throw invalidOption(call, 'sim', 'a Simulator', sim);
  if ((ensemble as Partial<Ensemble> | null | undefined)?.kind !== 'ensemble')
    throw invalidOption(call, 'ensemble', 'an Ensemble', ensemble);
  const { scaledEncoders, gain, bias } = sim.data.get(ensemble);
  if (gain === null || bias === null) throw noCurves(call);
  return { scaledEncoders, gain, bias, radius: ensemble.radius };
}

function directionOf(given: ArrayLikeInput | undefined, dimensions: number): Float64Array {
  if (given === undefined) return Float64Array.from({ length: dimensions }, (_, at) => Number(at === 0));
  const direction = vector('tuningCurves', 'direction', given);
  if (direction.length !== dimensions)
    throw wrongShape('tuningCurves', 'direction', `[${dimensions}], the dimensions of the ensemble`, [
      direction.length,
    ]);
  const length = euclideanNorm(direction, 0, dimensions);
  if (!(length > 0 && Number.isFinite(length)))
    throw invalidOption('tuningCurves', 'direction', 'finite and not all 0', given);
  return direction.map((part) => part / length);
}

/** What is drawn of each neuron. */
interface Curves {
  readonly label: string;
  readonly ends: readonly [number, number];
  /** Neurons in all. */
  readonly count: number;
  current(neuron: number, x: number): number;
}

function curves(
  call: string,
  picture: Picture,
  { neurons = 50 }: CurvesOptions,
  sim: CurveSource,
  ensemble: Ensemble,
  { label, ends, count, current }: Curves,
): string {
  const drawn = Math.min(count, wholeWithin(call, 'neurons', neurons, 1, 100_000));
  const chosen = Array.from({ length: drawn }, (_, index) => Math.floor((index * count) / drawn));
  const x = Float64Array.from({ length: POINTS }, (_, at) => ends[0] + ((ends[1] - ends[0]) * at) / (POINTS - 1));
  const currents = new NdArray(new Float64Array(drawn * POINTS), [drawn, POINTS]);
  chosen.forEach((neuron, row) =>
    x.forEach((value, at) => (currents.data[row * POINTS + at] = current(neuron, value))),
  );
  const rates = sim.rates(ensemble, currents);
  const lines = chosen.map((_, row): Line => ({ x, y: rates.row(row).data, series: row }));
  const height = picture.height ?? HEIGHT;
  const spiking = ensemble.neuronType.spiking;
  const unit = spiking ? 'firing rate, Hz' : 'output';
  const range = extentOf(rates.data, [0]);
  const axes = axesOf(picture, height, { label, domain: ends }, { label: unit, domain: range, nice: true });
  const which = drawn === count ? counted(count, 'neuron') : `${drawn} of ${count} neurons`;
  const words = `${which}; ${unit} ${spanOf(rates.data) ?? 'nowhere finite'}.`;
  return svgOf(picture, height, words, axes.drawn, linesOf(lines, axes));
}
