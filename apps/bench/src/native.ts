/**
 * @file The subject `native`: ndl's default backend beside programs that are no ndl - one layer in C++ and in NumPy, a matrix product in
 * C++ -, each figure in a process of its own, in turns.
 */
import { join } from 'node:path';
import { LAYERS, writeTables, type Layer } from './native-layer.ts';
import { nativePrograms, type Measure, type Measured, type NativePrograms } from './native-programs.ts';
import type { Row, Subject } from './report.ts';
import { median } from './median.ts';

/** Turns of each row; the median of their ratios counts. */
const TURNS = 5;
const REPETITIONS = '15';
/** Rates that differ by more than this part are of different layers. */
const SAME_RATE = 0.02;

export const native: Subject = {
  heading:
    'Beside native programs, one thread. `ndl / C++` and the like say how many times as quick the first is, as medians of turns, with the ' +
    'least and the most of them:',
  digits: 2,
  async measure() {
    using programs = await nativePrograms();
    for (const sentence of programs.missing) process.stderr.write(`${sentence}\n`);
    const rows: Row[] = [];
    for (const [index, layer] of LAYERS.entries()) rows.push(await layerRow(programs, layer, String(index)));
    return [...rows, await productRow(programs)];
  },
};

async function layerRow({ folder, ndl, layer: cpp, numpy }: NativePrograms, layer: Layer, index: string): Promise<Row> {
  const tables = join(folder, 'tables');
  writeTables(tables, layer);
  const what = describe(layer);
  const measured = await inTurns({
    ndl: () => ndl(REPETITIONS, 'layer', index),
    ...(cpp !== undefined && { 'C++': () => cpp(tables, REPETITIONS) }),
    ...(numpy !== undefined && { NumPy: () => numpy(tables, REPETITIONS) }),
  });
  const rates = Object.entries(measured).map(([name, turns]) => [name, turns[0]!.rate!] as const);
  requireSame(what, 'spikes per neuron and second', rates, SAME_RATE);
  const speeds = mapValues(measured, (turns) => turns.map(({ figure }) => 1 / figure));
  const hertz = Object.fromEntries(
    rates.filter(([name]) => name !== 'NumPy').map(([name, rate]) => [`Hz ${name}`, rate]),
  );
  return { what, unit: 'µs/step', values: { ...medians(measured), ...ratios(speeds), ...hertz } };
}

async function productRow({ ndl, product: cpp }: NativePrograms): Promise<Row> {
  const what = 'product 1024³, float32';
  const measured = await inTurns({
    ndl: () => ndl(REPETITIONS, 'product'),
    ...(cpp !== undefined && { 'C++': () => cpp(REPETITIONS) }),
  });
  const sums = Object.entries(measured).map(([name, turns]) => [name, turns[0]!.sum!] as const);
  requireSame(what, 'the sum of all elements', sums, 0);
  const speeds = mapValues(measured, (turns) => turns.map(({ figure }) => figure));
  return { what, unit: 'GFLOP/s', values: { ...medians(measured), ...ratios(speeds) } };
}

type Turns<Value> = Readonly<Record<string, readonly Value[]>>;

/** One figure of each per turn, so that a drift of the machine favours none. */
async function inTurns(sides: Readonly<Record<string, Measure>>): Promise<Turns<Measured>> {
  const measured: Record<string, Measured[]> = mapValues(sides, () => []);
  for (let turn = 0; turn < TURNS; turn++)
    for (const [name, measure] of Object.entries(sides)) measured[name]!.push(await measure());
  return measured;
}

/** How many times as quick the first side is as those after it, with the spread, and how they compare among themselves. */
function ratios(speeds: Turns<number>): Record<string, number> {
  const names = Object.keys(speeds);
  const pairs = names.flatMap((first, index) => names.slice(index + 1).map((second) => [first, second] as const));
  return Object.fromEntries(
    pairs.flatMap(([first, second]) => {
      const name = `${first} / ${second}`;
      const each = speeds[first]!.map((speed, turn) => speed / speeds[second]![turn]!);
      const spread = [
        [`${name}, least`, Math.min(...each)],
        [`${name}, most`, Math.max(...each)],
      ] as const;
      return [[name, median(each)] as const, ...(first === names[0] ? spread : [])];
    }),
  );
}

function medians(measured: Turns<Measured>): Record<string, number> {
  return mapValues(measured, (turns) => median(turns.map(({ figure }) => figure)));
}

/** Figures of what is not the same say nothing. */
function requireSame(what: string, of: string, values: readonly (readonly [string, number])[], part: number): void {
  const numbers = values.map(([, value]) => value);
  if (Math.max(...numbers) - Math.min(...numbers) <= part * Math.max(...numbers)) return;
  const each = values.map(([name, value]) => `${value} in ${name}`).join(', ');
  throw new Error(`${what}: ${of} should be the same, but is ${each}.`);
}

function describe({ neurons, dimensions, items, recurrent }: Layer): string {
  const shape = `layer ${neurons}, ${dimensions}, ${items} ${items === 1 ? 'item' : 'items'}`;
  return recurrent ? `${shape}, fed back` : shape;
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
