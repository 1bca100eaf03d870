/** @file Processes give Nengo's values at Nengo's times. */
import { piecewise, presentInput, type Process } from '@ndl/model';
import { describe, expect, it } from 'vitest';
import { readGolden } from '../../../golden/networks/read-golden.ts';
import { BUILT_IN_PROCESSES } from './index.ts';

interface GoldenProcesses {
  readonly nodes: readonly {
    readonly process: { type: string; inputs: number[][]; presentation_time: number } | null;
    readonly samples?: number[][];
  }[];
}

/** The first `count` values of a process at steps of `dt`. */
function valuesOf(process: Process, count: number, dt = 0.001): number[][] {
  const definition = BUILT_IN_PROCESSES.find(({ kind }) => kind === process.kind)!;
  const sizes = { sizeIn: process.defaultSizeIn, sizeOut: process.defaultSizeOut };
  const step = definition.makeStep(process, { dt, ...sizes, item: 0, seed: 0 });
  return Array.from({ length: count }, (_, index) => Array.from(step((index + 1) * dt, new Float64Array())));
}

const golden = readGolden<GoldenProcesses>('processes').nodes;

describe('presentInput', () => {
  it('presents as Nengo', () => {
    const { process, samples } = golden.find((node) => node.process?.type === 'PresentInput')!;
    const mine = presentInput(process!.inputs, process!.presentation_time);
    expect(valuesOf(mine, samples!.length)).toEqual(samples);
  });

  it('begins each presentation on time, whatever the rounding of step times', () => {
    const steps = 600;
    const shown = valuesOf(presentInput([[0], [1], [2]], 0.007), steps).flat();
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

  it('gives zeros before its first time, vectors after', () => {
    expect(valuesOf(piecewise([[0.5, [1, 2]]]), 2, 0.3)).toEqual([
      [0, 0],
      [1, 2],
    ]);
  });
});
