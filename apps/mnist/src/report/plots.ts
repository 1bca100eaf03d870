/** @file The plots of the report, as SVG text. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { History } from 'ndl';
import { SIDE } from '../digits.ts';
import type { Samples } from '../experiment.ts';

const { document } = parseHTML('<!doctype html><html><body></body></html>');

/** Ten colours that stay apart for most eyes, one per digit. */
const DIGIT_COLOURS = Plot.scale({
  color: { type: 'categorical', domain: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], scheme: 'tableau10' },
});

/** Loss of training and validation after each epoch. */
export function lossCurve({ epochs }: History): string {
  const points = epochs.flatMap(({ epoch, training, validation }) => [
    { epoch, loss: training['loss']!, set: 'training' },
    ...(validation === undefined ? [] : [{ epoch, loss: validation['loss']!, set: 'validation' }]),
  ]);
  return svg({
    width: 640,
    height: 260,
    y: { label: 'cross-entropy', grid: true, zero: true },
    x: { label: 'epoch', ticks: epochs.map(({ epoch }) => epoch), tickFormat: 'd' },
    color: { legend: true },
    marks: [
      Plot.line(points, { x: 'epoch', y: 'loss', z: 'set', stroke: 'set' }),
      Plot.dot(points, { x: 'epoch', y: 'loss', fill: 'set' }),
    ],
  });
}

/** An image of a digit, black on white. */
export function digitImage({ digits }: Samples, item: number): string {
  const pixels = Array.from(digits.images.row(item).data, (brightness, index) => ({
    brightness,
    column: index % SIDE,
    row: Math.floor(index / SIDE),
  })).filter(({ brightness }) => brightness > 0);
  return svg({
    width: 112,
    height: 112,
    margin: 0,
    axis: null,
    x: { domain: [0, SIDE] },
    y: { domain: [SIDE, 0] },
    color: { type: 'linear', domain: [0, 1], range: ['white', 'black'] },
    marks: [
      Plot.rect(pixels, {
        x1: 'column',
        x2: ({ column }) => column + 1,
        y1: 'row',
        y2: ({ row }) => row + 1,
        fill: 'brightness',
        inset: 0,
      }),
    ],
  });
}

/** The ten filtered outputs over time while one image is shown. */
export function outputTraces({ outputs }: Samples, item: number): string {
  const [, steps, classes] = outputs.shape as [number, number, number];
  const trace = outputs.row(item);
  const points = Array.from({ length: steps * classes }, (_, index) => ({
    time: Math.floor(index / classes) + 1,
    value: trace.data[index]!,
    digit: index % classes,
  }));
  return svg({
    width: 360,
    height: 150,
    marginRight: 24,
    x: { label: 'ms' },
    y: { label: 'output', ticks: 3 },
    color: { type: 'categorical', domain: DIGIT_COLOURS!.domain as number[], range: DIGIT_COLOURS!.range as string[] },
    marks: [
      Plot.line(points, { x: 'time', y: 'value', z: 'digit', stroke: 'digit', strokeWidth: 1.5 }),
      Plot.text(
        points.filter(({ time }) => time === steps),
        { x: 'time', y: 'value', text: 'digit', dx: 8, fill: 'digit' },
      ),
    ],
  });
}

/** When each hidden neuron fired while the first sample was shown. */
export function spikeRaster({ spikes }: Samples): string {
  const [steps, neurons] = spikes.shape as [number, number];
  const fired: { time: number; neuron: number }[] = [];
  spikes.data.forEach((value, index) => {
    if (value !== 0) fired.push({ time: Math.floor(index / neurons) + 1, neuron: index % neurons });
  });
  return svg({
    width: 640,
    height: 320,
    x: { label: 'ms', domain: [0, steps] },
    y: { label: 'neuron', domain: [0, neurons] },
    marks: [
      Plot.ruleX(fired, {
        x: 'time',
        y1: 'neuron',
        y2: ({ neuron }: { neuron: number }) => neuron + 1,
        strokeWidth: 1.5,
      }),
    ],
  });
}

function svg(options: Plot.PlotOptions): string {
  return Plot.plot({ ...options, document: document as unknown as Document }).outerHTML;
}
