/** @file Samples as tables and archives, and values as bars. */
import { decodeNpz, type NdArray } from '@ndl/numerics';
import { expect, test } from 'vitest';
import type { Panel } from '../runner/messages.ts';
import { samplesAsCsv, samplesAsNpz, type Sampled } from './exports.ts';
import { countsOf } from './histogram.ts';
import { SampleRing } from './sample-ring.ts';

function sampled(kind: Panel['kind'], title: string, width: number, rows: number[]): Sampled {
  const ring = new SampleRing(width, 3);
  ring.push(Float32Array.from(rows));
  return { panel: { id: title, kind, title, size: width - 1 }, ring };
}

const PLOTS = [sampled('value', '=a, "b"', 2, [0.5, 1, 1, 2, 1.5, 3, 2, 4]), sampled('raster', 'spikes', 2, [0.25, 7])];

test('a table has one row for each sample that is kept, the oldest first, and no cell that is a formula', () => {
  expect(samplesAsCsv(PLOTS).split('\r\n')).toEqual([
    'plot,time,value 0',
    `"'=a, ""b""",1,2`,
    `"'=a, ""b""",1.5,3`,
    `"'=a, ""b""",2,4`,
    '',
    'plot,time,neuron',
    'spikes,0.25,7',
    '',
  ]);
});

test('an archive has one array for each plot', async () => {
  const arrays = decodeNpz(await samplesAsNpz(PLOTS));
  const [first, second] = [...arrays.values()] as NdArray[];
  expect(first!.shape).toEqual([3, 2]);
  expect([...first!.data]).toEqual([1, 2, 1.5, 3, 2, 4]);
  expect([...second!.data]).toEqual([0.25, 7]);
});

test('bars count all that is finite', () => {
  expect(countsOf([0, 1, 1, 2, 4, NaN, Infinity], 4)).toEqual({ counts: [1, 2, 1, 1], least: 0, greatest: 4 });
  expect(countsOf([3, 3], 2)).toEqual({ counts: [2, 0], least: 3, greatest: 3 });
  expect(countsOf([], 2)).toEqual({ counts: [0, 0], least: 0, greatest: 0 });
});
