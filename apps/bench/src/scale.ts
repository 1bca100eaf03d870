/** @file The subject `scale`: what random networks take as they grow, and how it grows. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Row, Subject } from './report.ts';

const PROCESS = fileURLToPath(new URL('scale-process.js', import.meta.url));

/**
 * Neurons of the networks that are measured, and of the one that is foretold from them and then measured. Small ones would fit into
 * caches that large ones do not, and tell nothing of them.
 */
const SIZES = [50_000, 100_000, 200_000];
const FORETOLD = 300_000;

export const scale: Subject = {
  heading: `## Scale

\`randomNetwork\` of N neurons in N / 100 ensembles of 4 dimensions, each with 5 connections to others, on the default backend, each size in a process of its own.
Times are the processors' work, of all threads; compiling goes on until 20 steps have run; a step is the median of five times a hundred, a second later. "Foretold" is what a straight line says, fixed costs and so much for
each neuron, that comes as close as can be, relatively, to the sizes above it.`,
  digits: 2,
  async measure() {
    const measured: { readonly size: number; readonly values: Readonly<Record<string, number>> }[] = [];
    for (const size of SIZES) measured.push({ size, values: await valuesOf(size) });
    const names = Object.keys(measured[0]!.values);
    const lines = names.map((name) => lineThrough(measured.map(({ size, values }) => [size, values[name]!])));
    const rowOf = (what: string, numbers: readonly number[]): Row => ({
      what,
      unit: '',
      values: Object.fromEntries(names.map((name, index) => [name, numbers[index]!])),
    });
    const last = await valuesOf(FORETOLD);
    return [
      ...measured.map(({ size, values }) => rowOf(`${size} neurons`, Object.values(values))),
      rowOf(
        `${FORETOLD} neurons, foretold`,
        lines.map((line) => line(FORETOLD)),
      ),
      rowOf(`${FORETOLD} neurons`, Object.values(last)),
    ];
  },
};

async function valuesOf(neurons: number): Promise<Readonly<Record<string, number>>> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROCESS, String(neurons)]);
  return JSON.parse(stdout) as Record<string, number>;
}

/** The straight line through points, by least squares of relative errors. */
function lineThrough(points: readonly (readonly [number, number])[]): (size: number) => number {
  // Of rows [1, size] / value, whose product with [fixed, each] is to be 1.
  const rows = points.map(([size, value]) => [1 / value, size / value] as const);
  const sum = (of: (row: readonly [number, number]) => number): number => rows.reduce((all, row) => all + of(row), 0);
  const [aa, ab, bb] = [sum(([a]) => a * a), sum(([a, b]) => a * b), sum(([, b]) => b * b)];
  const [a1, b1] = [sum(([a]) => a), sum(([, b]) => b)];
  const determinant = aa * bb - ab * ab;
  const [fixed, each] = [(a1 * bb - ab * b1) / determinant, (aa * b1 - ab * a1) / determinant];
  return (size) => fixed + each * size;
}
