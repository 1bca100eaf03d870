/**
 * @file What kinds of work cost on each backend: the tables by which backends estimate what a network takes. A table is changed by hand, from
 * the output of `npm run bench -- costs` on an idle machine, all backends in one run.
 */
import { createPluginContainer } from '@ndl/container';
import { type BackendEntry, BACKENDS } from '@ndl/core';
import type { Dtype, Program } from '@ndl/ir';
import { defaultPlugins, NdArray } from 'ndl';
import { COST_PROGRAMS } from './cost-programs.ts';
import { median } from './median.ts';
import type { Row, Subject } from './report.ts';
import { workedMilliseconds } from './worked-milliseconds.ts';

const REPETITIONS = 5;

/** Milliseconds of the processors' work that a repetition takes, at least. */
const LONG_ENOUGH = 60;

export const costs: Subject = {
  heading: '## Costs of kinds of work',
  digits: 4,
  async measure() {
    const container = await createPluginContainer(defaultPlugins(), []);
    try {
      const entries = container.getAll(BACKENDS).map(({ key }) => container.chooseFrom(BACKENDS, key));
      const columns = entries.flatMap((entry) => entry.dtypes.map((dtype) => ({ entry, dtype })));
      const rows: Row[] = COST_PROGRAMS.map(({ name }) => ({ what: name, unit: 'ns', values: {} }));
      for (const { entry, dtype } of columns) {
        const values = await costsOn(entry, dtype);
        for (const row of rows)
          (row.values as Record<string, number>)[`${entry.name} ${dtype}`] = values.get(row.what)!;
      }
      return rows;
    } finally {
      await container.dispose();
    }
  },
};

/** Nanoseconds by kind of work: what a step of its program takes beyond its calls, by units of work in it. */
async function costsOn(entry: BackendEntry, dtype: Dtype): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const { name, make, units, calls } of COST_PROGRAMS) {
    const step = await nanosecondsOfStep(entry, make(dtype));
    found.set(name, Math.max(0, (step - calls * (found.get('call') ?? 0)) / units));
  }
  return found;
}

async function nanosecondsOfStep(entry: BackendEntry, program: Program): Promise<number> {
  const backend = await entry.load({});
  try {
    const executable = await backend.create();
    const arrays = new Map(
      program.buffers.flatMap(({ initial, shape }) => {
        if (typeof initial !== 'object' || !('array' in initial)) return [];
        const size = shape.reduce((product, length) => product * length, 1);
        const numbers = Float64Array.from(
          { length: size },
          (_, index) => (((index % 101) + 1) / 102 - 0.5) / shape.at(-1)!,
        );
        return [[initial.array, new NdArray(numbers, shape)] as const];
      }),
    );
    await executable.add('run', program, { arrays, hosts: new Map() });
    const timeOf = async (steps: number): Promise<number> => {
      const began = workedMilliseconds();
      const sink = { write: (): void => undefined };
      await executable.run({
        program: 'run',
        items: 1,
        steps,
        feed: new Map(),
        outputs: new Set(),
        sink,
        state: 'carried',
      });
      return workedMilliseconds() - began;
    };
    let steps = 64;
    while ((await timeOf(steps)) < LONG_ENOUGH) steps *= 2;
    const times: number[] = [];
    for (let repetition = 0; repetition < REPETITIONS; repetition++) times.push(await timeOf(steps));
    return (1e6 * median(times)) / steps;
  } finally {
    backend.dispose();
  }
}
