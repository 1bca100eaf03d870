/**
 * @file The WebAssembly backend computes what the reference backend computes, to the last bit, where its routines for large
 * arrays are at work: rows of neurons longer than its pieces, and products of all classes, large enough for tiles.
 */
import { referenceEntry } from '@ndl/backend-reference';
import { wasmEntry } from '@ndl/backend-wasm';
import type { BackendEntry, InputFeed } from '@ndl/core';
import {
  type Buffer,
  fullView,
  insertAxis,
  kernel,
  type Instruction,
  type Kernel,
  matrixVector,
  type MapInstruction,
  outerProduct,
  type Program,
  type Section,
  transposeView,
  type View,
} from '@ndl/ir';
import { lifDefinition, sigmoidDefinition } from '@ndl/neurons';
import { lif, sigmoid } from '@ndl/model';
import { NdArray, RandomState, sizeOf } from '@ndl/numerics';
import { describe, expect, test } from 'vitest';

type Shape = readonly number[];

interface Setting {
  readonly dtype: Program['dtype'];
  readonly kind: 'steps' | 'block';
  readonly items: number;
}

const SETTINGS: readonly Setting[] = [
  { dtype: 'float32', kind: 'steps', items: 1 },
  { dtype: 'float32', kind: 'block', items: 3 },
  { dtype: 'float64', kind: 'steps', items: 3 },
  { dtype: 'float64', kind: 'block', items: 1 },
];

const STEPS = 7;

/** A program under construction: buffers by what they are for, and their contents. */
class Writer {
  readonly buffers: Buffer[] = [];
  readonly arrays = new Map<string, NdArray>();
  readonly outputs: string[] = [];
  readonly #setting: Setting;
  readonly #random = new RandomState(5);

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  /** Numbers that all items share, and that do not change. */
  parameter(id: string, shape: Shape): View {
    this.arrays.set(id, new NdArray(Float64Array.from(this.#random.normal(0, 1, sizeOf(shape))), [...shape]));
    return this.#add({
      id,
      shape,
      items: false,
      steps: 'one',
      role: 'parameter',
      lifetime: 'forever',
      initial: { array: id },
    });
  }

  /** Numbers of each item, which are carried on. */
  state(id: string, shape: Shape, initial = 0): View {
    this.outputs.push(id);
    return this.#add({ id, shape, items: true, steps: 'one', role: 'state', lifetime: 'run', initial });
  }

  /** Numbers of each item, fed at each step. */
  input(id: string, shape: Shape): View {
    return this.#add({ id, shape, items: true, steps: this.#steps, role: 'input', lifetime: this.#life, initial: 0 });
  }

  /** What is computed at each step. */
  result(id: string, shape: Shape): View {
    this.outputs.push(id);
    return this.#add({ id, shape, items: true, steps: this.#steps, role: 'temp', lifetime: this.#life, initial: 0 });
  }

  /** What is computed at each step and read in it alone. */
  passing(id: string, shape: Shape): View {
    return this.#add({ id, shape, items: true, steps: this.#steps, role: 'temp', lifetime: this.#life, initial: 0 });
  }

  /** What is carried on from step to step of a section that descends. */
  trace(id: string, shape: Shape): View {
    const steps = { span: 'block', before: 1 } as const;
    return this.#add({ id, shape, items: true, steps, role: 'temp', lifetime: 'block', initial: 0 });
  }

  /** What is added up over the items and steps of a window. */
  total(id: string, shape: Shape): View {
    return this.#add({ id, shape, items: false, steps: 'one', role: 'temp', lifetime: 'window', initial: 0 });
  }

  program(written: readonly Instruction[] | { readonly sections: readonly Section[] }): Program {
    const { dtype, kind } = this.#setting;
    return {
      dtype,
      dt: 0.001,
      scalars: [],
      buffers: this.buffers,
      sections: 'sections' in written ? written.sections : [{ kind, direction: 'ascending', instructions: written }],
      inputs: this.buffers
        .filter(({ role }) => role === 'input')
        .map(({ id }) => ({ name: id, buffer: id, held: false })),
      outputs: this.outputs.map((id) => ({
        name: id,
        view: fullView(this.buffers.find((each) => each.id === id)!),
        every: 1,
      })),
      hosts: [],
      symbols: {},
    };
  }

  get #steps(): Buffer['steps'] {
    return this.#setting.kind === 'steps' ? 'one' : { span: 'block', before: 0 };
  }

  get #life(): Buffer['lifetime'] {
    return this.#setting.kind === 'steps' ? 'step' : 'block';
  }

  #add(buffer: Omit<Buffer, 'name'>): View {
    this.buffers.push({ name: buffer.id, ...buffer });
    return fullView(buffer);
  }
}

async function samplesOf(entry: BackendEntry, writer: Writer, program: Program, items: number): Promise<string> {
  const backend = await entry.load({});
  const executable = await backend.create();
  await executable.add('run', program, { arrays: writer.arrays, hosts: new Map() });
  const random = new RandomState(11);
  const feed = new Map<string, InputFeed>(
    program.inputs.map(({ name }) => {
      const size = STEPS * items * sizeOf(writer.buffers.find(({ id }) => id === name)!.shape);
      const shown: (x: number) => number =
        name === 'spikes' ? (x) => (x > 1 ? 1000 : 0) : name === 'drive' ? (x) => 20 * x : (x) => x;
      const data = Float64Array.from(random.normal(0, 1, size), shown);
      return [name, { kind: 'sequence', data }];
    }),
  );
  const lines: string[] = [];
  const sink = {
    write: ({ output, steps, data }: { output: string; steps: readonly number[]; data: ArrayLike<number> }): void => {
      const size = data.length / steps.length;
      steps.forEach((step, k) => {
        const bytes = new Uint8Array(Float64Array.from(Array.from(data).slice(k * size, (k + 1) * size)).buffer);
        lines.push(`${output} ${step} ${bytes.join()}`);
      });
    },
  };
  await executable.run({ program: 'run', items, steps: STEPS, feed, sink, state: 'carried' });
  backend.dispose();
  return lines.toSorted().join('\n');
}

async function expectSameBits(
  setting: Setting,
  write: (writer: Writer) => Parameters<Writer['program']>[0],
): Promise<void> {
  const writer = new Writer(setting);
  const program = writer.program(write(writer));
  const [wanted, given] = await Promise.all(
    [referenceEntry, wasmEntry].map((entry) => samplesOf(entry, writer, program, setting.items)),
  );
  expect(given === wanted).toBe(true);
  expect(wanted!.length).toBeGreaterThan(100);
}

function window(instructions: readonly Instruction[]): Section {
  return { kind: 'window', direction: 'ascending', instructions };
}

function mapOf(
  kernel: Kernel,
  operands: Readonly<Record<string, View | number>>,
  targets: readonly View[],
): MapInstruction {
  return {
    kind: 'map',
    kernel,
    inputs: kernel.inputs.map((name) => operands[name]!),
    parameters: kernel.parameters.map((name) => operands[name]!),
    outputs: targets.map((target) => ({ target, mode: 'set' })),
  };
}

describe.each(SETTINGS)('in $dtype, $kind, items: $items', (setting) => {
  const inSteps = { ...setting, kind: 'steps' } as const;

  test.each([31, 100, 1003, 3000])(
    '%i spiking neurons, with what is added before and filtered after',
    async (neurons) => {
      await expectSameBits(inSteps, (w) => {
        const [current, output] = [w.passing('current', [neurons]), w.result('output', [neurons])];
        const [voltage, refractoryTime] = [w.state('voltage', [neurons]), w.state('refractoryTime', [neurons])];
        const { kernel, parameters } = lifDefinition.step(lif());
        const filter: Kernel = sigmoidDefinition.step(sigmoid()).kernel;
        const smooth = w.result('smooth', [neurons]);
        return [
          { kind: 'copy', source: w.parameter('bias', [neurons]), target: current, mode: 'set' },
          { kind: 'copy', source: w.input('drive', [neurons]), target: current, mode: 'add' },
          mapOf(kernel, { ...parameters, dt: 0.001, current, voltage, refractoryTime }, [
            output,
            voltage,
            refractoryTime,
          ]),
          mapOf(filter, { ...sigmoidDefinition.step(sigmoid()).parameters, current: output, dt: 0.001 }, [smooth]),
        ];
      });
    },
  );

  test.each([
    [70, 33],
    [5, 200],
    [64, 64],
    [131, 3],
  ])('a matrix of %i x %i on vectors, both ways, and their outer product', async (rows, columns) => {
    await expectSameBits(setting, (w) => {
      const matrix = w.parameter('matrix', [rows, columns]);
      const [x, y] = [w.input('x', [columns]), w.input('y', [rows])];
      return [
        { kind: 'contract', mode: 'set', members: [matrixVector(matrix, x, w.result('forward', [rows]))] },
        {
          kind: 'contract',
          mode: 'set',
          members: [matrixVector(transposeView(matrix), y, w.result('back', [columns]))],
        },
        { kind: 'contract', mode: 'set', members: [outerProduct(y, x, w.result('outer', [rows, columns]))] },
      ];
    });
  });

  test.each([
    [64, 1000],
    [7, 130],
  ])('decoding to %i dimensions the spikes of %i neurons', async (dimensions, neurons) => {
    await expectSameBits(setting, (w) => {
      const spikes = w.input('spikes', [neurons]);
      const weights = w.parameter('weights', [dimensions, neurons]);
      return [
        { kind: 'contract', mode: 'set', members: [matrixVector(weights, spikes, w.result('plain', [dimensions]))] },
        {
          kind: 'contract',
          mode: 'set',
          events: 'right',
          members: [matrixVector(weights, spikes, w.result('decoded', [dimensions]))],
        },
      ];
    });
  });

  test.each([100, 25])('groups of %i neurons, each decoded by itself', async (neurons) => {
    await expectSameBits(setting, (w) => {
      const [groups, weights] = [w.input('spikes', [19, neurons]), w.parameter('weights', [19, 1, neurons])];
      return [
        { kind: 'contract', mode: 'set', members: [matrixVector(weights, groups, w.result('decoded', [19, 1]))] },
      ];
    });
  });

  test('matrices that differ from item to item', async () => {
    await expectSameBits(inSteps, (w) => {
      const weights = w.state('weights', [37, 21], 0.25);
      const [x, error] = [w.input('x', [21]), w.input('error', [37])];
      return [
        { kind: 'contract', mode: 'set', members: [matrixVector(weights, x, w.result('y', [37]))] },
        { kind: 'contract', mode: 'add', members: [outerProduct(error, x, weights)] },
      ];
    });
  });

  test.each([
    ['spikes', 40, 33],
    ['x', 40, 33],
    ['spikes', 19, 131],
  ] as const)(
    'a gradient of a matrix: %s by errors, %i x %i, summed over items and steps',
    async (name, rows, columns) => {
      await expectSameBits({ ...setting, kind: 'block' }, (w) => {
        const [x, errors] = [w.input(name, [columns]), w.input('errors', [rows])];
        const [gradient, other] = [w.total('gradient', [rows, columns]), w.total('other', [columns, rows])];
        const shown = [w.result('shown', [rows, columns]), w.result('other shown', [columns, rows])];
        return {
          sections: [
            window([gradient, other].map((target) => ({ kind: 'fill', value: 0, target, mode: 'set' }))),
            {
              kind: 'block',
              direction: 'descending',
              instructions: [
                { kind: 'contract', mode: 'add', members: [outerProduct(errors, x, gradient)] },
                { kind: 'contract', mode: 'add', members: [outerProduct(x, errors, other)] },
              ],
            },
            window([{ kind: 'fill', value: 0, target: w.total('end', []), mode: 'set' }]),
            {
              kind: 'block',
              direction: 'ascending',
              instructions: [gradient, other].map((source, k) => ({
                kind: 'copy',
                source,
                target: shown[k]!,
                mode: 'set',
              })),
            },
          ],
        };
      });
    },
  );

  test('what a loop that descends reads of the step after', async () => {
    await expectSameBits({ ...setting, kind: 'block' }, (w) => {
      const [x, trace] = [w.input('x', [40]), w.trace('trace', [40])];
      const before = { ...trace, lag: { base: 1, perAxis: [0] } };
      const mix = kernel({ name: 'mix', inputs: ['x', 'y'], parameters: [] }, (k) => ({
        output: k.add(k.multiply(k.inputs.x, 0.5), k.inputs.y),
      }));
      const instructions: readonly Instruction[] = [
        mapOf(mix, { x: before, y: x }, [trace]),
        mapOf(mix, { x: trace, y: x }, [w.result('result', [40])]),
      ];
      return { sections: [{ kind: 'steps', direction: 'descending', instructions }] };
    });
  });

  test('sums over what stands in rows, and over columns', async () => {
    await expectSameBits(setting, (w) => {
      const x = w.input('x', [40, 23]);
      return [
        { kind: 'reduce', operation: 'sum', source: x, axes: [0], target: w.result('columns', [23]), mode: 'set' },
        { kind: 'reduce', operation: 'sum', source: x, axes: [1], target: w.result('rows', [40]), mode: 'set' },
        { kind: 'reduce', operation: 'max', source: x, axes: [1], target: w.result('greatest', [40]), mode: 'set' },
      ];
    });
  });

  test('a target that is set and added to, with a product that is broadcast', async () => {
    await expectSameBits(setting, (w) => {
      const [x, y] = [w.input('x', [6]), w.result('y', [6, 50])];
      const bias = w.parameter('bias', [50]);
      return [
        { kind: 'copy', source: insertAxis(bias, 0, 6), target: y, mode: 'set' },
        {
          kind: 'contract',
          mode: 'add',
          members: [{ left: insertAxis(x, 1, 50), right: insertAxis(w.parameter('gain', [50]), 0, 6), target: y }],
        },
      ];
    });
  });
});
