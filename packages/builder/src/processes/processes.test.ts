/** @file Processes give Nengo's values at Nengo's times. */
import { piecewise, presentInput, type Interpolation, type Process } from '@ndl/model';
import { describe, expect, it } from 'vitest';
import { readGolden } from '../../../golden/networks/read-golden.ts';
import { runProcessSteps } from './run-process.ts';

interface GoldenProcesses {
  readonly nodes: readonly {
    readonly process: { type: string; inputs: number[][]; presentation_time: number } | null;
    readonly samples?: number[][];
  }[];
}

/** The first `count` values of a process at steps of `dt`. */
function valuesOf(process: Process, count: number, dt = 0.001): unknown {
  return runProcessSteps(process, count, { dt }).toNested();
}

const golden = readGolden<GoldenProcesses>('processes').nodes;

// Nengo 4.1, with 0, 1, -0.5, 0.7 and 0.2 at 0, 0.03, 0.071, 0.12 and 0.16 s: values at some steps, from 1.
const GOLDEN_INTERPOLATIONS: [Interpolation, [number, number][]][] = [
  [
    'linear',
    [
      [1, 0.03333333333333334],
      [2, 0.06666666666666668],
      [29, 0.9666666666666668],
      [50, 0.26829268292682895],
      [51, 0.23170731707317038],
      [95, 0.08775510204081649],
      [96, 0.1122448979591838],
      [140, 0.4499999999999998],
      [141, 0.4374999999999998],
      [159, 0.21250000000000002],
      [160, 0.2],
      [161, 0.0],
    ],
  ],
  [
    'nearest',
    [
      [1, 0.0],
      [2, 0.0],
      [29, 1.0],
      [50, 1.0],
      [51, -0.5],
      [95, -0.5],
      [96, 0.7],
      [140, 0.7],
      [141, 0.2],
      [159, 0.2],
      [160, 0.2],
      [161, 0.0],
    ],
  ],
  [
    'slinear',
    [
      [1, 0.03333333333333334],
      [2, 0.06666666666666668],
      [29, 0.9666666666666668],
      [50, 0.26829268292682906],
      [51, 0.23170731707317044],
      [95, 0.08775510204081649],
      [96, 0.1122448979591838],
      [140, 0.44999999999999984],
      [141, 0.43749999999999983],
      [159, 0.21250000000000005],
      [160, 0.2],
      [161, 0.0],
    ],
  ],
  [
    'quadratic',
    [
      [1, 0.0727502666901581],
      [2, 0.14278212418329378],
      [29, 1.0060836000234914],
      [50, 0.3074620681554676],
      [51, 0.244940285416635],
      [95, -0.09036277545342575],
      [96, -0.04291198457548826],
      [140, 0.7215916626498666],
      [141, 0.7084126834932419],
      [159, 0.23898018710836205],
      [160, 0.2],
      [161, 0.0],
    ],
  ],
  [
    'cubic',
    [
      [1, 0.10588891288123778],
      [2, 0.20556027579016609],
      [29, 1.021623351163988],
      [50, 0.22675241806720037],
      [51, 0.1810641754632405],
      [95, -0.18804131238522323],
      [96, -0.15547204223436895],
      [140, 0.9879020884848222],
      [141, 0.9794301836282139],
      [159, 0.2749236043043918],
      [160, 0.2],
      [161, 0.0],
    ],
  ],
];

describe('presentInput', () => {
  it('presents as Nengo', () => {
    const { process, samples } = golden.find((node) => node.process?.type === 'PresentInput')!;
    const mine = presentInput(process!.inputs, process!.presentation_time);
    expect(valuesOf(mine, samples!.length)).toEqual(samples);
  });

  it('begins each presentation on time, whatever the rounding of step times', () => {
    const steps = 600;
    const shown = [...runProcessSteps(presentInput([[0], [1], [2]], 0.007), steps).data];
    expect(shown).toEqual(Array.from({ length: steps }, (_, index) => Math.floor(index / 7) % 3));
  });

  it('flattens inputs of any shape', () => {
    const image = [
      [1, 2],
      [3, 4],
    ];
    expect(valuesOf(presentInput([image], 0.1), 1)).toEqual([[1, 2, 3, 4]]);
  });
});

describe('piecewise', () => {
  it('steps as in Nengo', () => {
    // The file keeps the samples of this node alone: 1 from 0.02 s, -1 from 0.1 s, 0.5 from 0.15 s.
    const { samples } = golden.at(-1)!;
    expect(valuesOf(piecewise({ 0.02: 1, 0.1: -1, 0.15: 0.5 }), samples!.length)).toEqual(samples);
  });

  it.each<[Interpolation, readonly (readonly [step: number, value: number])[]]>(GOLDEN_INTERPOLATIONS)(
    'interpolates by %s as Nengo does',
    (interpolation, expected) => {
      const data = { 0: 0, 0.03: 1, 0.071: -0.5, 0.12: 0.7, 0.16: 0.2 };
      const { data: got } = runProcessSteps(piecewise(data, { interpolation }), 200);
      for (const [step, value] of expected) expect(got[step - 1]).toBeCloseTo(value, 13);
    },
  );

  it('has values at its first and last time, and zeros beyond, but where values hold', () => {
    const data = { 0.003: 2, 0.006: 3 };
    const at = (interpolation: Interpolation): unknown => valuesOf(piecewise(data, { interpolation }), 8);
    expect(at('zero')).toEqual([[0], [0], [2], [2], [2], [3], [3], [3]]);
    expect(at('nearest')).toEqual([[0], [0], [2], [2], [3], [3], [0], [0]]);
    expect(at('linear')).toEqual([[0], [0], [2], [2 + 1 / 3], [2 + 2 / 3], [3], [0], [0]]);
    expect(at('slinear')).toEqual(at('linear'));
  });

  it('calls functions from their time on, until the next', () => {
    const called: number[] = [];
    const process = piecewise({ 0.002: (t) => (called.push(t), [t, 2 * t]), 0.004: [7, 8] });
    called.length = 0;
    expect(valuesOf(process, 5)).toEqual([
      [0, 0],
      [0.002, 0.004],
      [0.003, 0.006],
      [7, 8],
      [7, 8],
    ]);
    expect(called).toEqual([0.002, 0.003]);
  });

  it('tells a function that gives something else in a run', () => {
    const process = piecewise({ 0: (t) => (t > 0.002 ? NaN : 1) });
    expect(() => runProcessSteps(process, 3)).toThrow(
      expect.objectContaining({ code: 'NODE_OUTPUT_INVALID', message: expect.stringContaining('0.003 s') as string }),
    );
  });

  it('gives zeros before its first time, vectors after', () => {
    expect(valuesOf(piecewise([[0.5, [1, 2]]]), 2, 0.3)).toEqual([
      [0, 0],
      [1, 2],
    ]);
  });
});
