/**
 * @file Random networks as undistributed programs: layers whose neurons, sums and products a planner has merged across layers, with
 * feedback, delays, taps, sparse and convolved products, filters, held and changing inputs, and weights that are learnt online.
 */
import { ndarray } from '@ndl/numerics';
import {
  type Buffer,
  type ContractMember,
  type Instruction,
  kernel,
  type Kernel,
  type Program,
  type Training,
  type View,
} from '../index.ts';
import type { Call } from '../interpret.test-helper.ts';
import { merged, type Run } from './merged-runs.test-helper.ts';
import { squaredLoss } from '../differentiation/training-fixtures.test-helper.ts';
import { buffer, EACH_STEP, program, stored, view } from '../program-fixtures.test-helper.ts';

/** A generator of numbers in [0, 1), the same for the same seed. */
function source(seed: number): () => number {
  let state = Math.imul(seed, 2654435761) + 12345;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const lagged = (seen: View, base: number, perAxis = seen.shape.map(() => 0)): View =>
  base === 0 && perAxis.every((each) => each === 0) ? seen : { ...seen, lag: { base, perAxis } };

const sums = [0, 1, 2, 3].map((terms) => {
  const inputs = Array.from({ length: terms + 1 }, (_, k) => `x${k}`);
  return kernel({ name: `sum of ${terms + 1}`, inputs }, (k) => ({
    output: inputs.slice(1).reduce((sum, name) => k.add(sum, k.inputs[name]!), k.inputs['x0']!),
  }));
});

const neuronKernel = (spikes: boolean): Kernel =>
  kernel({ name: 'neuron', inputs: ['voltage', 'decay', 'current'] }, (k) => {
    const total = k.add(k.multiply(k.inputs.voltage, k.inputs.decay), k.inputs.current);
    const soft = k.tanh(total);
    if (!spikes) return { voltage: total, output: soft };
    const spike = k.withDerivativeOf(k.select(k.greater(total, 0.4), 1, 0), soft);
    return { voltage: k.subtract(total, k.multiply(0.8, spike)), output: spike };
  });

const FILTER: Kernel = kernel({ name: 'filter', inputs: ['output', 'input', 'decay'] }, (k) => ({
  output: k.add(k.inputs.output, k.multiply(k.inputs.decay, k.subtract(k.inputs.input, k.inputs.output))),
}));

const HALF: Kernel = kernel({ name: 'half', inputs: ['x'] }, (k) => ({ output: k.multiply(0.1, k.inputs.x) }));

export interface RandomNetwork {
  readonly training: Training;
  readonly call: (steps: number) => Call;
}

const ITEMS = 2;

/** @param smooth whether there are no spikes, so that differences tell the slope */
export function randomNetwork(seed: number, smooth: boolean): RandomNetwork {
  return new NetworkWriter(seed, smooth).write();
}

type Source = (typeof SOURCES)[number];
const SOURCES = [
  'input',
  'held',
  'lag',
  'lag',
  'now',
  'now',
  'filter',
  'filter',
  'taps',
  'convolved',
  'sparse',
  'learnt',
] as const;

function groupedBy<Value>(
  values: readonly Value[],
  keyOf: (value: Value) => string,
): ReadonlyMap<string, readonly Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}

/** What a layer's current is a sum of: part of a buffer, or the output of a filter, by number. */
type Term = Run | number;

class NetworkWriter {
  readonly #next: () => number;
  readonly #smooth: boolean;
  readonly #sizes: readonly number[];
  readonly #starts: readonly number[];
  /** Whether a layer runs after the others of the same step. */
  readonly #isLate: readonly boolean[];
  readonly #weights: number[] = [];
  readonly #counts = { early: 0, late: 0, filtered: 0 };
  readonly #products: Record<'early' | 'late' | 'filtered', ContractMember[]> = { early: [], late: [], filtered: [] };
  readonly #filters: Run[] = [];
  readonly #terms: Term[][];
  #learnt: { readonly layer: number; readonly from: number } | undefined;

  constructor(seed: number, smooth: boolean) {
    this.#next = source(seed);
    this.#smooth = smooth;
    this.#sizes = Array.from({ length: 2 + this.#below(3) }, () => 2 + this.#below(3));
    this.#starts = this.#sizes.map((_, layer) => this.#sizes.slice(0, layer).reduce((sum, size) => sum + size, 0));
    this.#isLate = this.#sizes.map((_, layer) => layer > 0 && this.#next() < 0.4);
    this.#terms = this.#sizes.map(() => []);
  }

  write(): RandomNetwork {
    this.#sizes.forEach((_, layer) => {
      for (let count = 1 + this.#below(3); count > 0; count--) this.#connect(layer, this.#terms[layer]!.length === 0);
    });
    const spikes = !this.#smooth && this.#next() < 0.6;
    const instructions = [
      ...this.#contract('early', spikes),
      ...this.#neurons(false, spikes),
      ...this.#contract('late', spikes),
      ...this.#neurons(true, spikes),
      ...this.#filter(spikes),
      ...this.#learn(),
    ];
    const shown = this.#sizes.flatMap((size, layer): Run[] => {
      const isShown = layer === this.#sizes.length - 1 || this.#next() < 0.3;
      return isShown ? [{ buffer: 'spikes', offset: this.#starts[layer]!, count: size }] : [];
    });
    const outputs = shown.reduce((sum, { count }) => sum + count, 0);
    instructions.push({ kind: 'copy', label: 'probe', source: merged(shown), target: view('y', outputs), mode: 'set' });
    const forward = this.#program(instructions, outputs);
    const trainable = forward.buffers.filter(({ role }) => role === 'parameter').map(({ id }) => id);
    const numbers = (steps: number, size: number, wave: number): number[][][] =>
      Array.from({ length: steps }, (_, step) =>
        Array.from({ length: ITEMS }, (__, item) =>
          Array.from({ length: size }, (___, k) => Math.sin(wave * (1 + step + 3.7 * item + 1.9 * k))),
        ),
      );
    return {
      training: squaredLoss(forward, view('y', outputs), trainable),
      call: (steps) => ({
        items: ITEMS,
        steps,
        feed: { u: numbers(steps, 3, 1.3), h: numbers(1, 2, 0.7), t: numbers(steps, outputs, 2.1) },
      }),
    };
  }

  #below(count: number): number {
    return Math.floor(this.#next() * count);
  }

  #weight(count: number): number {
    const at = this.#weights.length;
    for (let k = 0; k < count; k++) this.#weights.push(2 * this.#next() - 1);
    return at;
  }

  /** Adds a term to the current of a layer. */
  #connect(layer: number, isFirst: boolean): void {
    const rows = this.#sizes[layer]!;
    const kind: Source = isFirst && layer === 0 ? 'input' : SOURCES[this.#below(SOURCES.length)]!;
    const last = this.#sizes.length;
    const from = this.#next() < 0.25 ? layer : this.#below(this.#next() < 0.8 ? Math.max(1, layer) : last);
    const columns = this.#sizes[from]!;
    const lag = [1, 1, 2, 3, 5][this.#below(5)]!;
    const spikes: View = { buffer: 'spikes', offset: this.#starts[from]!, shape: [rows, columns], strides: [0, 1] };
    const isNow = kind === 'now' && this.#isLate[layer]! && !this.#isLate[from]!;
    const add = (term: Term): void => void this.#terms[layer]!.push(term);
    if (kind === 'input')
      add(this.#dense('early', rows, { buffer: 'u', offset: 0, shape: [rows, 3], strides: [0, 1] }));
    else if (kind === 'held')
      add(this.#dense('early', rows, { buffer: 'h', offset: 0, shape: [rows, 2], strides: [0, 1] }));
    else if (kind === 'lag') add(this.#dense('early', rows, lagged(spikes, lag)));
    else if (isNow) add(this.#dense('late', rows, spikes));
    else if (kind === 'taps') add(this.#taps(rows, from, Math.min(lag, 3)));
    else if (kind === 'convolved' && columns >= 3) add(this.#convolved(rows, from, lag));
    else if (kind === 'sparse') add(this.#sparse(rows, from, lag));
    else if (kind === 'learnt' && this.#learnt === undefined) add(this.#online(layer, from));
    else {
      const { offset } = this.#dense('filtered', rows, spikes);
      this.#filters.push({ buffer: 'filtered', offset, count: rows });
      add(this.#filters.length - 1);
    }
  }

  #place(name: 'early' | 'late' | 'filtered', count: number): Run {
    const offset = this.#counts[name];
    this.#counts[name] += count;
    return { buffer: name, offset, count };
  }

  #dense(name: 'early' | 'late' | 'filtered', rows: number, right: View): Run {
    const place = this.#place(name, rows);
    const columns = right.shape[1]!;
    const left: View = {
      buffer: 'w',
      offset: this.#weight(rows * columns),
      shape: [rows, columns],
      strides: [columns, 1],
    };
    const target: View = { buffer: name, offset: place.offset, shape: [rows, columns], strides: [1, 0] };
    this.#products[name].push({ left, right, target });
    return place;
  }

  /** A filter over three steps. */
  #taps(rows: number, from: number, lag: number): Run {
    const place = this.#place('early', rows);
    const stride = rows <= this.#sizes[from]! ? 1 : 0;
    this.#products.early.push({
      left: { buffer: 'w', offset: this.#weight(3 * rows), shape: [rows, 3], strides: [3, 1] },
      right: lagged(
        { buffer: 'spikes', offset: this.#starts[from]!, shape: [rows, 3], strides: [stride, 0] },
        lag,
        [0, 1],
      ),
      target: { buffer: 'early', offset: place.offset, shape: [rows, 3], strides: [1, 0] },
    });
    return place;
  }

  /** A window of two over the neurons of a layer; its first result for each neuron. */
  #convolved(rows: number, from: number, lag: number): Run {
    const count = this.#sizes[from]! - 1;
    const place = this.#place('early', count);
    this.#products.early.push({
      left: { buffer: 'w', offset: this.#weight(2), shape: [count, 2], strides: [0, 1] },
      right: lagged({ buffer: 'spikes', offset: this.#starts[from]!, shape: [count, 2], strides: [1, 1] }, lag),
      target: { buffer: 'early', offset: place.offset, shape: [count, 2], strides: [1, 0] },
    });
    return { ...place, count: rows, isRepeated: true };
  }

  #sparse(rows: number, from: number, lag: number): Run {
    const place = this.#place('early', rows);
    const entries = rows + 2;
    const row = Array.from({ length: entries }, (_, k) => (k < rows ? k : this.#below(rows)));
    const column = row.map(() => this.#below(this.#sizes[from]!));
    const listed = (id: string, offset: number, offsets: readonly number[]): View => ({
      buffer: id,
      offset,
      shape: [entries],
      strides: [0],
      indices: [{ axis: 0, offsets }],
    });
    this.#products.early.push({
      left: { buffer: 'w', offset: this.#weight(entries), shape: [entries], strides: [1] },
      right: lagged(listed('spikes', this.#starts[from]!, column), lag),
      target: listed('early', place.offset, row),
    });
    return place;
  }

  #online(layer: number, from: number): Run {
    this.#learnt = { layer, from };
    const [rows, columns] = [this.#sizes[layer]!, this.#sizes[from]!];
    const place = this.#place('early', rows);
    this.#products.early.push({
      left: { buffer: 'learnt', offset: 0, shape: [rows, columns], strides: [columns, 1] },
      right: lagged({ buffer: 'spikes', offset: this.#starts[from]!, shape: [rows, columns], strides: [0, 1] }, 1),
      target: { buffer: 'early', offset: place.offset, shape: [rows, columns], strides: [1, 0] },
    });
    return place;
  }

  #contract(name: 'early' | 'late' | 'filtered', spikes: boolean): Instruction[] {
    const isEvents = ({ right }: ContractMember): boolean => right.buffer === 'spikes';
    return [true, false].flatMap((ofSpikes): Instruction[] => {
      const members = this.#products[name].filter((member) => isEvents(member) === ofSpikes);
      // What adds repeated elements sets them first.
      const [plain, scattered] = [
        members.filter(({ target }) => !target.indices),
        members.filter(({ target }) => target.indices),
      ];
      const events = ofSpikes && spikes ? { events: 'right' as const } : {};
      const products: Instruction[] = [];
      if (plain.length > 0)
        products.push({ kind: 'contract', label: `${name} products`, members: plain, ...events, mode: 'set' });
      for (const { target } of scattered) {
        const rows = new Set(target.indices![0]!.offsets).size;
        const whole: View = { buffer: target.buffer, offset: target.offset, shape: [rows], strides: [1] };
        products.push({ kind: 'fill', label: 'sparse', value: 0, target: whole, mode: 'set' });
      }
      if (scattered.length > 0)
        products.push({ kind: 'contract', label: 'sparse', members: scattered, ...events, mode: 'add' });
      return products;
    });
  }

  /** Sums and neurons of all layers of a phase, merged by the number of terms. */
  #neurons(late: boolean, spikes: boolean): Instruction[] {
    const layers = [...this.#sizes.keys()].filter((layer) => this.#isLate[layer] === late);
    const neurons = (buffer: string, those: readonly number[] = layers): View =>
      merged(those.map((layer) => ({ buffer, offset: this.#starts[layer]!, count: this.#sizes[layer]! })));
    const written: Instruction[] = [];
    for (const arity of [1, 2, 3]) {
      const those: readonly number[] = layers.filter((layer) => this.#terms[layer]!.length === arity);
      // One operand lies in one buffer: terms of different ones are different maps.
      const groups = groupedBy(those, (layer) => this.#terms[layer]!.map((term) => this.#runOf(term).buffer).join());
      for (const group of groups.values()) {
        const operand = (k: number): View => merged(group.map((layer) => this.#runOf(this.#terms[layer]![k]!)));
        written.push({
          kind: 'map',
          label: `sums of ${arity}`,
          kernel: sums[arity]!,
          inputs: [neurons('bias', group), ...Array.from({ length: arity }, (_, k) => operand(k))],
          parameters: [],
          outputs: [{ target: neurons('current', group), mode: 'set' }],
        });
      }
    }
    if (layers.length === 0) return written;
    const decays = layers.map((layer) => ({
      buffer: 'decay',
      offset: layer,
      count: this.#sizes[layer]!,
      isRepeated: true,
    }));
    written.push({
      kind: 'map',
      label: late ? 'late neurons' : 'neurons',
      kernel: neuronKernel(spikes),
      inputs: [neurons('voltage'), merged(decays), neurons('current')],
      parameters: [],
      outputs: [
        { target: neurons('voltage'), mode: 'set' },
        { target: neurons('spikes'), mode: 'set' },
      ],
    });
    return written;
  }

  #runOf(term: Term): Run {
    return typeof term === 'number' ? { ...this.#filters[term]!, buffer: 'filter' } : term;
  }

  #filter(spikes: boolean): Instruction[] {
    if (this.#filters.length === 0) return [];
    const decays = this.#filters.map(({ count }, k) => ({ buffer: 'tau', offset: k, count, isRepeated: true }));
    const all = (id: string): View => merged(this.#filters.map((run) => ({ ...run, buffer: id })));
    return [
      ...this.#contract('filtered', spikes),
      {
        kind: 'map',
        label: 'filters',
        kernel: FILTER,
        inputs: [all('filter'), all('filtered'), merged(decays)],
        parameters: [],
        outputs: [{ target: all('filter'), mode: 'set' }],
      },
    ];
  }

  #learn(): Instruction[] {
    if (this.#learnt === undefined) return [];
    const { layer, from } = this.#learnt;
    const [rows, columns] = [this.#sizes[layer]!, this.#sizes[from]!];
    const neurons: View = { buffer: 'spikes', offset: this.#starts[layer]!, shape: [rows], strides: [1] };
    const error = { target: view('error', rows), mode: 'set' as const };
    return [
      { kind: 'map', label: 'error', kernel: HALF, inputs: [neurons], parameters: [], outputs: [error] },
      {
        kind: 'contract',
        label: 'learn',
        members: [
          {
            left: { buffer: 'error', offset: 0, shape: [rows, columns], strides: [1, 0] },
            right: { buffer: 'spikes', offset: this.#starts[from]!, shape: [rows, columns], strides: [0, 1] },
            target: view('learnt', rows, columns),
          },
        ],
        mode: 'add',
      },
    ];
  }

  #program(instructions: readonly Instruction[], outputs: number): Program {
    const neurons = this.#sizes.reduce((sum, size) => sum + size, 0);
    const random = (size: number, scale = 1): number[] =>
      Array.from({ length: size }, () => scale * (2 * this.#next() - 1));
    const parameter = (id: string, values: readonly number[], shape: readonly number[] = [values.length]): Buffer =>
      buffer(id, 'parameter', shape, { initial: stored(ndarray([...values]).reshape(shape)) });
    const buffers: Buffer[] = [
      buffer('u', 'input', [3]),
      buffer('h', 'input', [2]),
      buffer('voltage', 'state', [neurons], { initial: stored(ndarray(random(neurons, 0.5))) }),
      buffer('spikes', 'state', [neurons], { steps: { span: 'block', before: 5 } }),
      buffer('current', 'temp', [neurons]),
      parameter('bias', random(neurons, 0.5)),
      parameter(
        'decay',
        this.#sizes.map(() => 0.5 + 0.4 * this.#next()),
      ),
      parameter('w', this.#weights),
      buffer('y', 'temp', [outputs], EACH_STEP),
    ];
    for (const name of ['early', 'late', 'filtered'] as const)
      if (this.#counts[name] > 0) buffers.push(buffer(name, 'temp', [this.#counts[name]]));
    if (this.#filters.length > 0) {
      buffers.push(buffer('filter', 'state', [this.#counts.filtered]));
      buffers.push(
        parameter(
          'tau',
          this.#filters.map(() => 0.2 + 0.6 * this.#next()),
        ),
      );
    }
    if (this.#learnt !== undefined) {
      const { layer, from } = this.#learnt;
      const shape = [this.#sizes[layer]!, this.#sizes[from]!];
      buffers.push(parameter('first', random(shape[0]! * shape[1]!), shape));
      buffers.push(buffer('learnt', 'state', shape, { initial: { parameter: 'first' } }));
      buffers.push(buffer('error', 'temp', [shape[0]!]));
    }
    return program({
      buffers,
      inputs: [
        { name: 'u', buffer: 'u', held: false },
        { name: 'h', buffer: 'h', held: true },
      ],
      step: instructions,
      symbols: Object.fromEntries(
        buffers.filter(({ role }) => role === 'state').map(({ id, shape }) => [id, view(id, ...shape)]),
      ),
    });
  }
}
