/** @file Noise and white signals: Nengo's numbers for a seed; powers and bands as they say; streams that are saved and go on. */
import {
  brownNoise,
  choice,
  filteredNoise,
  gaussian,
  lowpass,
  triangle,
  uniform,
  whiteNoise,
  whiteSignal,
  type Process,
} from '@ndl/model';
import { fourierTransform, type NdArray } from '@ndl/numerics';
import { describe, expect, it, test } from 'vitest';
import { readGolden } from '../../../golden/networks/read-golden.ts';
import { filter } from '../synapses/filter.ts';
import { BUILT_IN_PROCESSES } from './index.ts';
import { processTools } from './process-tools.ts';
import { applyProcess, runProcess, runProcessSteps, type RunProcessOptions } from './run-process.ts';

interface GoldenProcesses {
  readonly nodes: readonly {
    readonly process: { readonly type: string; readonly seed: number | null } | null;
    readonly samples: number[][];
  }[];
}

const failing = (code: string, text = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

const power = ({ data, size }: NdArray<Float64Array>): number =>
  data.reduce((sum, value) => sum + value * value, 0) / size;

describe('the numbers of a seed are those of Nengo 4.1', () => {
  const { nodes } = readGolden<GoldenProcesses>('processes');
  test.each<[string, Process]>([
    ['WhiteSignal', whiteSignal(0.5, 20, { seed: 3, sizeOut: 2 })],
    ['WhiteNoise', whiteNoise({ seed: 1, sizeOut: 2 })],
    [
      'FilteredNoise',
      filteredNoise({ synapse: { family: 'synapse', kind: 'alpha', tau: 0.01 } as never, seed: 2, sizeOut: 2 }),
    ],
    ['BrownNoise', brownNoise({ seed: 5 })],
  ])('%s', (type, process) => {
    const { samples } = nodes.find((node) => node.process?.type === type && node.process.seed !== null)!;
    const { data } = runProcessSteps(process, samples.length);
    const expected = samples.flat();
    const largest = Math.max(...expected.map(Math.abs));
    expected.forEach((value, index) => expect(Math.abs(data[index]! - value)).toBeLessThan(1e-13 * largest));
  });

  // White signals of Nengo 4.1 that begin from y0: their first two values.
  test.each([
    [
      whiteSignal(0.3, 10, { seed: 6, y0: 0.4, sizeOut: 2 }),
      [0.3988025603254413, 0.40125392162933116, 0.3441996149715461, 0.4296542090778837],
    ],
    [whiteSignal(0.2, 30, { seed: 7, y0: -2 }), [-0.8783531941003823, -0.8689356224475603]],
    [whiteSignal(0.1234, 40, { seed: 8 }), [-0.29668632665568845, -0.07027571027657732]],
  ])('$kind of $period s from $y0', (process, expected) => {
    const { data } = runProcessSteps(process, 2);
    expected.forEach((value, index) => expect(data[index]).toBeCloseTo(value, 12));
  });
});

describe('white noise', () => {
  it('has the same power whatever the step, where it is scaled', () => {
    for (const dt of [0.001, 0.01]) {
      // Five deviations of the mean of so many squares.
      const bound = 5 * Math.sqrt(2 / 4000);
      expect(Math.abs(power(runProcessSteps(whiteNoise({ seed: 1 }), 4000, { dt })) * dt - 1)).toBeLessThan(bound);
      const unscaled = whiteNoise({ seed: 1, scale: false, distribution: gaussian(0, 3) });
      expect(Math.abs(power(runProcessSteps(unscaled, 4000, { dt })) / 9 - 1)).toBeLessThan(bound);
    }
  });

  it('is drawn from what it says, one sample of all elements in each step', () => {
    const pairs = choice([
      [1, 2],
      [3, 4],
    ]);
    const rows = runProcessSteps(whiteNoise({ distribution: pairs, scale: false, seed: 0 }), 20, { sizeOut: 2 });
    const seen = new Set((rows.toNested() as number[][]).map((row) => row.join()));
    expect([...seen].toSorted()).toEqual(['1,2', '3,4']);
    expect(() => runProcessSteps(whiteNoise({ distribution: pairs, seed: 0 }), 1, { sizeOut: 3 })).toThrow(
      failing('DISTRIBUTION_SHAPE', "'choice'"),
    );
  });
});

test('filtered noise is white noise, filtered; brown noise its sum over time', () => {
  const options = { distribution: uniform(-1, 1), seed: 4, sizeOut: 3 };
  const white = runProcessSteps(whiteNoise(options), 50);
  const filtered = runProcessSteps(filteredNoise({ ...options, synapse: 0.02 }), 50);
  expect(filtered.toNested()).toEqual(filter(lowpass(0.02), white).toNested());
  const brown = runProcessSteps(brownNoise({ seed: 4 }), 50).data;
  let sum = 0;
  runProcessSteps(whiteNoise({ seed: 4 }), 50).data.forEach((value, step) => {
    expect(brown[step]).toBeCloseTo((sum += value * 0.001), 12);
  });
});

describe('a white signal', () => {
  it('has no frequencies above its highest, begins again, and has the power that it says', () => {
    const signal = runProcess(whiteSignal(1, 30, { rms: 0.7, seed: 9 }), 2).data;
    signal.subarray(0, 1000).forEach((value, step) => expect(signal[step + 1000]).toBe(value));
    const { real, imaginary } = fourierTransform({
      real: Float64Array.from(signal.subarray(0, 1000)),
      imaginary: new Float64Array(1000),
    });
    const powers = Array.from(real, (value, index) => Math.hypot(value, imaginary[index]!));
    // What is told here of the first half is true of the second, its mirror image.
    const inBand = powers.slice(0, 501).map((power) => power > 1e-3);
    expect(inBand).toEqual(Array.from({ length: 501 }, (_, frequency) => frequency >= 1 && frequency <= 30));
    expect(Math.max(powers[0]!, ...powers.slice(31, 501))).toBeLessThan(1e-10);
    const rms = Array.from({ length: 40 }, (_, seed) => power(runProcess(whiteSignal(1, 30, { rms: 0.7, seed }), 1)));
    expect(Math.sqrt(rms.reduce((sum, value) => sum + value) / 40)).toBeCloseTo(0.7, 1);
  });

  it('is refused where steps are too long for it', () => {
    expect(() => runProcess(whiteSignal(1, 30), 1, { dt: 0.02 })).toThrow(
      failing('INVALID_OPTION', 'high must be at most half the rate of steps, 25 Hz'),
    );
  });
});

describe('a stream', () => {
  const processes = [whiteNoise({ sizeOut: 3 }), filteredNoise({ sizeOut: 3 }), whiteSignal(0.05, 100, { sizeOut: 3 })];
  it.each(processes)('of $kind goes on where it was saved', (process) => {
    const definition = BUILT_IN_PROCESSES.find(({ kind }) => kind === process.kind)!;
    const begin = () =>
      definition.makeStep(process, { dt: 0.001, sizeIn: 0, sizeOut: 3, item: 0, seed: 11, ...processTools() });
    const whole = begin();
    const nothing = new Float64Array();
    // An odd number of normal numbers, so that one of a pair is yet to come.
    for (let step = 1; step <= 7; step++) whole(step * 0.001, nothing);
    const saved = JSON.stringify(whole.save!());
    const other = begin();
    other.restore!(JSON.parse(saved));
    for (let step = 8; step <= 20; step++)
      expect(Array.from(other(step * 0.001, nothing))).toEqual(Array.from(whole(step * 0.001, nothing)));
  });

  it.each(processes)('of $kind is each item and each seed its own', (process) => {
    const run = (options: RunProcessOptions) => runProcessSteps(process, 3, options).data.join();
    expect(run({ seed: 5 })).toBe(run({ seed: 5, item: 0 }));
    expect(
      new Set([run({ seed: 5 }), run({ seed: 5, item: 1 }), run({ seed: 5, item: 2 }), run({ seed: 6 })]).size,
    ).toBe(4);
  });
});

describe('runs', () => {
  it('have a row for each step', () => {
    expect(runProcess(whiteNoise(), 0.0104, { sizeOut: 2 }).shape).toEqual([10, 2]);
    expect(runProcessSteps(whiteNoise(), 0).shape).toEqual([0, 1]);
  });

  it.each<[string, () => unknown, string, string]>([
    ['a synapse', () => runProcess(lowpass(0.1) as never, 1), 'INVALID_OPTION', 'runProcess: the process'],
    ['a negative time', () => runProcess(whiteNoise(), -1), 'INVALID_OPTION', 'runProcess: seconds'],
    ['half a step', () => runProcessSteps(whiteNoise(), 1.5), 'INVALID_OPTION', 'runProcessSteps: steps'],
    ['no dt', () => runProcess(whiteNoise(), 1, { dt: 0 }), 'INVALID_OPTION', 'dt must be'],
    ['an option of no meaning', () => runProcess(whiteNoise(), 1, { size: 1 } as never), 'UNKNOWN_OPTION', "'size'"],
    ['a seed that is none', () => runProcess(whiteNoise(), 1, { seed: -1 }), 'INVALID_OPTION', 'runProcess: seed'],
    ['an item that is none', () => runProcess(whiteNoise(), 1, { item: 0.5 }), 'INVALID_OPTION', 'runProcess: item'],
    ['an input of noise', () => applyProcess(whiteNoise(), [1, 2]), 'PROCESS_TAKES_NO_INPUT', "'whiteNoise'"],
    ['an input of NaN', () => applyProcess(whiteNoise(), [NaN]), 'NOT_FINITE', 'applyProcess: the signal'],
    [
      'definitions that are none',
      () => runProcess(whiteNoise(), 1, { definitions: { processes: 1 } as never }),
      'INVALID_OPTION',
      'definitions.processes',
    ],
  ])('refuse %s', (_, run, code, text) => {
    expect(run).toThrow(failing(code, text));
  });

  it("apply a stranger's process to a signal", () => {
    const echo = {
      family: 'process',
      kind: 'acme/echo',
      defaultSizeIn: 2,
      defaultSizeOut: 1,
      fixedSize: true,
      seed: null,
    } as const;
    const definition = {
      kind: 'acme/echo',
      makeStep:
        () =>
        (time: number, [a, b]: Float64Array) => [time + a! * b!],
    };
    const definitions = { processes: [definition] };
    const signal = [
      [1, 2],
      [3, 4],
    ];
    expect(applyProcess(echo, signal, { dt: 0.5, definitions }).toNested()).toEqual([[2.5], [13]]);
    expect(() => runProcess(echo, 1, { definitions })).toThrow(failing('PROCESS_NEEDS_INPUT', 'applyProcess'));
    expect(() => applyProcess(echo, [1, 2], { definitions })).toThrow(failing('PROCESS_SIZES', '2 inputs'));
    expect(() => applyProcess(echo, signal)).toThrow(failing('UNKNOWN_KIND', 'acme/echo'));
  });
});

describe('what no array can hold is refused', () => {
  const tooLarge = (text: string): unknown =>
    expect.objectContaining({ code: 'TOO_LARGE', message: expect.stringContaining(text) as string });
  test.each<[string, () => unknown, string]>([
    ['a period', () => runProcess(whiteSignal(1e9, 5), 0.1), 'whiteSignal: a period of 1000000000 s at dt = 0.001 is'],
    ['a time', () => runProcess(whiteNoise(), 1e12), 'runProcess: 1000000000000000 steps of 1 number are more'],
    ['steps', () => runProcessSteps(whiteNoise(), 2 ** 30), 'runProcessSteps: 1073741824 steps'],
    ['a width', () => runProcessSteps(whiteNoise(), 1, { sizeOut: 2 ** 40 }), 'of 1099511627776 numbers are more'],
    ['a triangle', () => filter(triangle(1e9), [1, 2]), 'triangle: a time of 1000000000 s at dt = 0.001 is'],
    ['a triangle in noise', () => runProcess(filteredNoise({ synapse: triangle(1e9) }), 1), 'triangle: a time of'],
  ])('%s', (_, run, text) => {
    expect(run).toThrow(tooLarge(text));
  });
});
