/** @file When each neuron fired. */
import { type ArrayLikeInput, refuseSurplus } from '@ndl/numerics';
import { axesOf } from './axes.ts';
import { shapeGiven, table, text, vector } from './checks.ts';
import { wrongShape } from './errors.ts';
import { pictureOptions, svgOf, type PictureOptions } from './picture.ts';
import { extentOf, spanOf } from './ranges.ts';
import { element, rounded } from './svg.ts';
import { counted } from './written-text.ts';

/** Options of `raster`. */
export interface RasterOptions extends PictureOptions {
  /** Of the neurons. Default `neuron`. */
  readonly label?: string | undefined;
  /** Of the times, with their unit. Default `seconds`. */
  readonly timeLabel?: string | undefined;
}

/** What can be seen of a spike, in pixels. */
const SHORTEST = 3;

/**
 * A stroke for each spike, neurons above one another from 0, as SVG text.
 * @param times [samples], seconds: `sim.trange()` @param spikes [samples, neurons], not 0 where a neuron fired: what a probe of
 * `ensemble.neurons` records without a synapse. NaN is no spike.
 * @throws NdlError SHAPE_MISMATCH, NOT_NUMERIC, RAGGED_ARRAY, UNKNOWN_OPTION, INVALID_OPTION
 */
export function raster(times: ArrayLikeInput, spikes: ArrayLikeInput, options: RasterOptions = {}): string {
  refuseSurplus('raster', arguments, 3);
  const picture = pictureOptions('raster', options, 'Spikes', ['label', 'timeLabel']);
  const x = vector('raster', 'times', times);
  const fired = table('raster', 'spikes', spikes);
  const [samples, neurons] = fired.shape as [number, number];
  if (samples !== x.length) throw wrongShape('raster', 'spikes', `[${x.length}, neurons]`, shapeGiven(spikes));
  const height = picture.height ?? Math.min(480, Math.max(200, 110 + 6 * neurons));
  const axes = axesOf(
    picture,
    height,
    { label: text('raster', 'timeLabel', options.timeLabel ?? 'seconds'), domain: extentOf(x) },
    {
      label: text('raster', 'label', options.label ?? 'neuron'),
      domain: [-0.5, Math.max(1, neurons) - 0.5],
      whole: true,
    },
  );
  const length = Math.max(SHORTEST, (0.8 * (axes.bottom - axes.top)) / Math.max(1, neurons));
  let [path, count] = ['', 0];
  fired.data.forEach((value, index) => {
    const time = x[Math.floor(index / neurons)]!;
    if (value === 0 || Number.isNaN(value) || !Number.isFinite(time)) return;
    count++;
    path += `M${rounded(axes.x(time))} ${rounded(axes.y(index % neurons) - length / 2)}v${rounded(length)}`;
  });
  const words =
    fired.size === 0
      ? 'No samples.'
      : `${counted(count, 'spike')} of ${counted(neurons, 'neuron')} ${spanOf(x) ?? 'at no time that is finite'}.`;
  const drawn = path === '' ? '' : element('path', { class: 'spikes', d: path });
  return svgOf(picture, height, words, axes.drawn, drawn);
}
