/** @file Random instructions, each valid where it stands. */
import {
  fullView,
  type HostDeclaration,
  insertAxis,
  type Instruction,
  isView,
  type Layout,
  type Operand,
  type ReduceAxis,
  type ScalarOperand,
  type View,
  type WriteMode,
} from '@ndl/ir';
import type { RandomState } from '@ndl/numerics';
import { MIXED, mixingHost } from './mixing-host.ts';
import type { DraftSection, RandomBuffers } from './random-buffers.ts';
import { RANDOM_KERNELS } from './random-kernels.ts';
import { randomBroadcastShape } from './random-views.ts';

export type InstructionKind = Instruction['kind'];

export interface RandomInstructionsOptions {
  readonly kinds: readonly InstructionKind[];
  /** How many there will be. */
  readonly count: number;
}

/** The factors of a product, and the axes of its iteration space that its target has. */
interface RandomFactors {
  readonly shape: readonly number[];
  readonly left: View;
  readonly right: View;
  readonly kept: readonly number[];
}

/** A view whose axes are `own` among those of `shape`; along the others it repeats. */
function withAxes(view: View, shape: readonly number[], own: readonly number[]): View {
  return [...shape.keys()].reduce(
    (made, axis) => (own.includes(axis) ? made : insertAxis(made, axis, shape[axis])),
    view,
  );
}

const SHAPES: readonly (readonly number[])[] = [[], [1], [4], [2, 3], [3, 1, 2]];

export class RandomInstructions {
  readonly hosts: HostDeclaration[] = [];
  readonly #random: RandomState;
  readonly #buffers: RandomBuffers;
  readonly #options: RandomInstructionsOptions;
  readonly #written = new Map<DraftSection, Instruction[]>();

  constructor(random: RandomState, buffers: RandomBuffers, options: RandomInstructionsOptions) {
    this.#random = random;
    this.#buffers = buffers;
    this.#options = options;
  }

  /** What was written into a section. */
  of(section: DraftSection): readonly Instruction[] {
    return this.#written.get(section) ?? [];
  }

  emit(section: DraftSection, ...instructions: readonly Instruction[]): void {
    this.#written.set(section, [...this.of(section), ...instructions]);
  }

  /** An instruction of one of the kinds at the end of a section; none, where the kind cannot stand there. */
  add(section: DraftSection): void {
    const kind = this.#pick(this.#options.kinds);
    switch (kind) {
      case 'fill': {
        const value = this.#number();
        return this.#write(section, this.#pick(SHAPES), [], [value], (target, mode) => ({ kind, value, target, mode }));
      }
      case 'copy': {
        const shape = this.#pick(SHAPES);
        const source = this.#buffers.source(section, shape);
        return this.#write(section, shape, [source], [], (target, mode) => ({ kind, source, target, mode }));
      }
      case 'map':
        return this.#addMap(section);
      case 'contract':
        return this.#addContract(section);
      case 'reduce':
        return this.#addReduce(section);
      case 'host':
        return this.#addHost(section);
    }
  }

  #addMap(section: DraftSection): void {
    const shape = this.#pick(SHAPES);
    const kernel = this.#pick(RANDOM_KERNELS);
    const operand = (): Operand => {
      if (this.#chance(0.2)) return this.#number();
      return this.#buffers.source(section, randomBroadcastShape(this.#random, shape));
    };
    const [inputs, parameters] = [kernel.inputs.map(operand), kernel.parameters.map(operand)];
    const operands = [...inputs, ...parameters];
    const reads = operands.filter(isView);
    const layout = this.#buffers.layoutFor(section, reads, operands.some(isClock));
    const targets = kernel.outputs.map(() => {
      const state = this.#chance(0.3) ? this.#buffers.stateTarget(section, shape, reads) : undefined;
      return state ?? this.#buffers.target(section, shape, layout);
    });
    // A map may write the very view that it reads.
    if (inputs.length > 0 && targets[0]!.isSet && this.#chance(0.4)) inputs[0] = targets[0]!.target;
    const outputs = targets.map(({ target, mode }) => ({ target, mode }));
    this.emit(section, ...targets.flatMap(({ before }) => before));
    this.emit(section, { kind: 'map', kernel, inputs, parameters, outputs });
  }

  /** Members over iteration spaces of their own, whose axes each view has or lacks by chance. */
  #addContract(section: DraftSection): void {
    const factors = Array.from({ length: this.#chance(0.7) ? 1 : this.#random.randint(2, 4) }, () =>
      this.#randomFactors(section),
    );
    // What a target of a loss lacks of items and steps is summed over.
    const reads = factors.flatMap(({ left, right }) => [left, right]);
    const isSummed = section.region === 'loss' && this.#chance(0.6);
    const layout = this.#buffers.layoutFor(section, isSummed ? [] : reads, false);
    const [first, ...others] = factors as [RandomFactors, ...RandomFactors[]];
    const shapeOf = ({ kept, shape }: RandomFactors): readonly number[] => kept.map((axis) => shape[axis]!);
    const mayWriteState = others.length === 0 && this.#mayWriteState();
    const state = mayWriteState ? this.#buffers.stateTarget(section, shapeOf(first), reads) : undefined;
    let mode: WriteMode | undefined;
    const members = factors.map((each) => {
      const made = state ?? this.#buffers.target(section, shapeOf(each), layout, mode);
      mode = made.mode;
      this.emit(section, ...made.before);
      return { left: each.left, right: each.right, target: withAxes(made.target, each.shape, each.kept) };
    });
    const marked = this.#chance(0.3) ? { events: this.#pick(['left', 'right'] as const) } : {};
    this.emit(section, { kind: 'contract', members, ...marked, mode: mode! });
  }

  #randomFactors(section: DraftSection): RandomFactors {
    const shape = Array.from({ length: this.#random.randint(0, 5) }, () => this.#random.randint(1, 4));
    const axesOf = (probability: number): readonly number[] =>
      [...shape.keys()].filter(() => this.#chance(probability));
    const factor = (): View => {
      const own = axesOf(0.65);
      const view = this.#buffers.source(
        section,
        own.map((axis) => shape[axis]!),
      );
      return withAxes(view, shape, own);
    };
    return { shape, left: factor(), right: factor(), kept: axesOf(0.6) };
  }

  #addReduce(section: DraftSection): void {
    const shape = this.#pick(SHAPES.filter((each) => each.length > 0));
    const source = this.#buffers.source(section, shape);
    const { items, steps } = this.#buffers.layoutOf(source, section);
    // What a pass writes has items, and a reduction does not broadcast over them.
    if (section.region === 'pass' && !items) return;
    if (!steps && !this.#buffers.mayLackSteps(section)) return;
    const axes: ReduceAxis[] = [...shape.keys()].filter(() => this.#chance(0.6));
    if (section.region === 'loss' && items && this.#chance(0.5)) axes.push('items');
    if (section.region === 'loss' && steps && this.#chance(0.5)) axes.push('steps');
    if (axes.length === 0) axes.push(0);
    const layout: Layout = { items: items && !axes.includes('items'), steps: steps && !axes.includes('steps') };
    const operation = this.#chance(0.5) ? 'sum' : 'max';
    const rest = shape.filter((_, axis) => !axes.includes(axis));
    const { target, mode, before } = this.#buffers.target(section, rest, layout);
    this.emit(section, ...before, { kind: 'reduce', operation, source, axes, target, mode });
  }

  #addHost(section: DraftSection): void {
    // Host functions are called once per step.
    if (section.region !== 'pass') return;
    const inputs = [this.#buffers.source(section, [3]), this.#buffers.source(section, [2])];
    const output = this.#buffers.add(section, [MIXED], { items: true, steps: section.kind === 'block' });
    const host = mixingHost(`host${this.hosts.length}`, this.#chance(0.5) ? 'item' : 'batch', 3);
    this.hosts.push(host);
    this.emit(section, { kind: 'host', host: host.id, inputs, outputs: [fullView(output)] });
  }

  #write(
    section: DraftSection,
    shape: readonly number[],
    reads: readonly View[],
    numbers: readonly ScalarOperand[],
    write: (target: View, mode: WriteMode) => Instruction,
  ): void {
    const layout = this.#buffers.layoutFor(section, reads, numbers.some(isClock));
    const state = this.#mayWriteState() ? this.#buffers.stateTarget(section, shape, reads) : undefined;
    const { target, mode, before } = state ?? this.#buffers.target(section, shape, layout);
    this.emit(section, ...before, write(target, mode));
  }

  /** In long programs only maps, which are bounded, write states: else values might grow from step to step. */
  #mayWriteState(): boolean {
    return this.#options.count <= 3 && this.#chance(0.3);
  }

  /** A number, a scalar, or the clock. */
  #number(): ScalarOperand {
    const choice = this.#random.randint(5);
    if (choice === 0) return { scalar: 'gain' };
    if (choice === 3) return { clock: 'time' };
    return choice === 4 ? { clock: 'step', modulus: 3 } : this.#random.uniform(-1, 1);
  }

  #chance(probability: number): boolean {
    return this.#random.random() < probability;
  }

  #pick<T>(values: readonly T[]): T {
    return values[this.#random.randint(values.length)]!;
  }
}

function isClock(operand: Operand): boolean {
  return typeof operand === 'object' && 'clock' in operand;
}
