/** @file Random programs that are valid by construction. A program of n instructions begins like the one of n + 1. */
import {
  fullView,
  type Buffer,
  type Dtype,
  type HostDeclaration,
  type Instruction,
  type Kernel,
  type Operand,
  type OutputDeclaration,
  type Program,
  type ReduceAxis,
  type Training,
  type View,
  type WriteMode,
} from '@ndl/ir';
import { NdArray, RandomState, sizeOf } from '@ndl/numerics';
import { MIXED, mixingHost } from './mixing-host.ts';
import { PRODUCT, RANDOM_KERNELS } from './random-kernels.ts';
import { randomBroadcastShape, randomTarget, randomView } from './random-views.ts';
import { buffer, mapTo, program, setTo, symbolsOf } from './write-program.ts';

export type InstructionKind = Instruction['kind'];

/** What a random program is made of. */
export interface RandomProgramOptions {
  readonly seed: number;
  readonly dtype: Dtype;
  readonly kinds: readonly InstructionKind[];
  readonly count: number;
}

type Section = 'prologue' | 'step' | 'loss';

/** A forward program: some instructions in the prologue, the others in the step; every temp and state is an output. */
export function randomProgram(options: RandomProgramOptions): Program {
  const draft = new Draft(options);
  for (let index = 0; index < options.count; index++) draft.addInstruction(draft.chance(0.25) ? 'prologue' : 'step');
  return draft.program();
}

/** Instructions over whole blocks, in the loss of a small forward program, with a report for each array that they make. */
export function randomBlockTraining(options: RandomProgramOptions): Training {
  const draft = new Draft(options);
  draft.addHistories();
  for (let index = 0; index < options.count; index++) draft.addInstruction('loss');
  return draft.training();
}

type Layout = Pick<Buffer, 'batched' | 'history'>;

interface Target {
  readonly target: View;
  readonly mode: WriteMode;
}

const SHAPES: readonly (readonly number[])[] = [[], [1], [4], [2, 3], [3, 1, 2]];

class Draft {
  readonly #random: RandomState;
  readonly #options: RandomProgramOptions;
  readonly #fixed: readonly Buffer[];
  readonly #made: Record<Section, Buffer[]> = { prologue: [], step: [], loss: [] };
  readonly #instructions: Record<Section, Instruction[]> = { prologue: [], step: [], loss: [] };
  readonly #hosts: HostDeclaration[] = [];

  constructor(options: RandomProgramOptions) {
    this.#options = options;
    this.#random = new RandomState(options.seed);
    const array = (shape: readonly number[]): NdArray => {
      return new NdArray(this.#random.uniform(-0.5, 0.5, sizeOf(shape)), shape);
    };
    this.#fixed = [
      buffer('weights', 'parameter', [2, 3, 4], { initial: array([2, 3, 4]) }),
      buffer('bias', 'parameter', [6], { initial: array([6]) }),
      buffer('table', 'constant', [3, 4], { initial: array([3, 4]) }),
      buffer('signal', 'input', [5]),
      buffer('setting', 'input', [4]),
      buffer('memory', 'state', [6], { initial: array([6]) }),
      buffer('trace', 'state', [2, 3], { initial: 0.25 }),
    ];
  }

  chance(probability: number): boolean {
    return this.#random.random() < probability;
  }

  /** Copies of the signal and of both states, kept over the steps, for the loss to look at. */
  addHistories(): void {
    for (const source of this.#fixed.filter(({ role }) => role === 'state' || role === 'input')) {
      const history = buffer(`history:${source.id}`, 'temp', source.shape, { history: true });
      this.#made.step.push(history);
      this.#instructions.step.push({ kind: 'copy', source: fullView(source), target: fullView(history), mode: 'set' });
    }
    const memory = fullView(this.#fixed.find(({ id }) => id === 'memory')!);
    this.#instructions.step.push(mapTo(memory, RANDOM_KERNELS[0]!, [memory, 0.5], [0.75]));
  }

  addInstruction(section: Section): void {
    const { kinds } = this.#options;
    const kind = kinds[this.#random.randint(kinds.length)]!;
    switch (kind) {
      case 'fill': {
        const value = this.chance(0.3) ? { scalar: 'gain' } : this.#random.uniform(-1, 1);
        return this.#emit(section, kind, this.#pick(SHAPES), [], (target, mode) => ({ kind, value, target, mode }));
      }
      case 'copy': {
        const shape = this.#pick(SHAPES);
        const source = this.#source(section, shape);
        return this.#emit(section, kind, shape, [source], (target, mode) => ({ kind, source, target, mode }));
      }
      case 'map':
        return this.#addMap(section);
      case 'dot': {
        const [groups, rows, columns] = [this.#length(), this.#length(), this.#length()];
        const [matrix, vector] = [
          this.#source(section, [groups, rows, columns]),
          this.#source(section, [groups, columns]),
        ];
        return this.#emit(section, kind, [groups, rows], [matrix, vector], (target, mode) => ({
          kind,
          matrix,
          vector,
          target,
          mode,
        }));
      }
      case 'outer': {
        const [groups, rows, columns] = [this.#length(), this.#length(), this.#length()];
        const [left, right] = [this.#source(section, [groups, rows]), this.#source(section, [groups, columns])];
        // What the target of an outer product lacks is summed over.
        const reads = section === 'loss' && this.chance(0.6) ? [] : [left, right];
        return this.#emit(section, kind, [groups, rows, columns], reads, (target, mode) => ({
          kind,
          left,
          right,
          target,
          mode,
        }));
      }
      case 'reduce':
        return this.#addReduce(section);
      case 'host':
        return this.#addHost(section);
    }
  }

  #addMap(section: Section): void {
    const shape = this.#pick(SHAPES);
    const kernel: Kernel = this.#pick(RANDOM_KERNELS);
    const operand = (): Operand => {
      if (this.chance(0.2)) return this.chance(0.5) ? { scalar: 'gain' } : this.#random.uniform(-1, 1);
      return this.#source(section, randomBroadcastShape(this.#random, shape));
    };
    const inputs = kernel.inputs.map(operand);
    const parameters = kernel.parameters.map(operand);
    const views = [...inputs, ...parameters].filter(
      (each): each is View => typeof each === 'object' && 'buffer' in each,
    );
    const layout = this.#layoutFor(section, views);
    const outputs = kernel.outputs.map(() => this.#target(section, shape, layout, views, this.chance(0.3)));
    // A map may write the very view that it reads.
    const first = outputs[0]!.target;
    if (inputs.length > 0 && this.#isReadable(section, first) && this.chance(0.4)) inputs[0] = first;
    this.#instructions[section].push({ kind: 'map', kernel, inputs, parameters, outputs });
    this.#publish();
  }

  #addReduce(section: Section): void {
    const shape = this.#pick(SHAPES.filter((each) => each.length > 0));
    const source = this.#source(section, shape);
    const { batched, history } = this.#bufferOf(source);
    // What a step writes is batched, and a reduction does not broadcast over items.
    if (section === 'step' && !batched) return;
    const [hasItems, hasSteps] = [batched, history && section !== 'step'];
    const axes: ReduceAxis[] = [...shape.keys()].filter(() => this.chance(0.6));
    if (hasItems && section !== 'step' && this.chance(0.5)) axes.push('items');
    if (hasSteps && this.chance(0.5)) axes.push('steps');
    if (axes.length === 0) axes.push(0);
    const operation = this.chance(0.5) ? 'sum' : 'max';
    const rest = shape.filter((_, axis) => !axes.includes(axis));
    const target = this.#newBuffer(section, rest, {
      batched: section === 'step' || (hasItems && !axes.includes('items')),
      history: hasSteps && !axes.includes('steps'),
    });
    const into = fullView(target);
    const mode = this.chance(0.5) ? 'set' : 'add';
    if (mode === 'add') this.#instructions[section].push({ kind: 'fill', value: 0.5, ...setTo(into) });
    this.#instructions[section].push({ kind: 'reduce', operation, source, axes, target: into, mode });
    this.#publish();
  }

  #addHost(section: Section): void {
    if (section !== 'step') return;
    const inputs = [this.#source(section, [3]), this.#source(section, [2])];
    const output = this.#newBuffer(section, [MIXED], { batched: true, history: false });
    const id = `host${this.#hosts.length}`;
    this.#hosts.push(mixingHost(id, this.chance(0.5) ? 'item' : 'batch', 3));
    this.#instructions[section].push({ kind: 'host', host: id, inputs, outputs: [fullView(output)] });
    this.#publish();
  }

  #emit(
    section: Section,
    kind: InstructionKind,
    shape: readonly number[],
    reads: readonly View[],
    write: (target: View, mode: WriteMode) => Instruction,
  ): void {
    const isSafe = this.#options.count <= 3 && reads.every((view) => !this.#isState(view));
    const layout = this.#layoutFor(section, reads);
    const { target, mode } = this.#target(section, shape, layout, reads, isSafe && this.chance(0.3));
    this.#instructions[section].push(write(target, mode));
    this.#publish();
  }

  /** Buffers that instructions in the making will write; readable once they are published. */
  #pending: { readonly section: Section; readonly buffer: Buffer }[] = [];

  #publish(): void {
    for (const { section, buffer: made } of this.#pending) this.#made[section].push(made);
    this.#pending = [];
  }

  /** Items and steps that a target must have because of what is read, or has by chance. */
  #layoutFor(section: Section, reads: readonly View[]): Layout {
    const layouts = reads.map((view) => this.#bufferOf(view));
    const extra = this.chance(0.3);
    return {
      batched: section === 'step' || layouts.some(({ batched }) => batched) || extra,
      history: section === 'loss' && (layouts.some(({ history }) => history) || extra),
    };
  }

  #target(
    section: Section,
    shape: readonly number[],
    layout: Layout,
    reads: readonly View[],
    mayBeState: boolean,
  ): Target {
    if (section === 'step' && mayBeState) {
      const state = this.#pick(this.#fixed.filter(({ role }) => role === 'state'));
      const isTaken = this.#takenStates.has(state.id) || reads.some((view) => view.buffer === state.id);
      if (!isTaken && sizeOf(shape) <= sizeOf(state.shape)) {
        this.#takenStates.add(state.id);
        return { target: randomTarget(this.#random, state, shape), mode: 'set' };
      }
    }
    if (this.chance(0.5)) return { target: fullView(this.#newBuffer(section, shape, layout)), mode: 'set' };
    const larger = this.#newBuffer(section, [sizeOf(shape) + this.#random.randint(3)], layout);
    this.#instructions[section].push({ kind: 'fill', value: 0.5, ...setTo(fullView(larger)) });
    if (this.chance(0.5)) return { target: randomTarget(this.#random, larger, shape), mode: 'set' };
    return { target: randomView(this.#random, larger, shape), mode: 'add' };
  }

  /** Each state is written once per step, so that values stay bounded. */
  readonly #takenStates = new Set<string>();

  #newBuffer(section: Section, shape: readonly number[], layout: Layout): Buffer {
    const number = this.#pending.length + this.#made.prologue.length + this.#made.step.length + this.#made.loss.length;
    const made = buffer(`${section}${number}`, 'temp', shape, layout);
    this.#pending.push({ section, buffer: made });
    return made;
  }

  #source(section: Section, shape: readonly number[]): View {
    const candidates = this.#readable(section).filter((each) => sizeOf(each.shape) > 0);
    // What the program itself made is the more interesting.
    const recent = candidates.slice(-4);
    return randomView(this.#random, this.#pick(this.chance(0.5) ? recent : candidates), shape);
  }

  #readable(section: Section): readonly Buffer[] {
    const fixed = (...ids: readonly string[]): Buffer[] => this.#fixed.filter(({ id }) => ids.includes(id));
    const { prologue, step, loss } = this.#made;
    switch (section) {
      case 'prologue':
        return [...fixed('weights', 'bias', 'table', 'setting'), ...prologue];
      case 'step':
        return [...this.#fixed, ...prologue, ...step];
      case 'loss':
        return [
          ...fixed('weights', 'bias', 'table', 'setting'),
          ...prologue,
          ...step.filter(({ history }) => history),
          ...loss,
        ];
    }
  }

  #isReadable(section: Section, view: View): boolean {
    return this.#readable(section).some(({ id }) => id === view.buffer) || this.#filled(section, view);
  }

  /** A pending buffer that a `fill` has set wholly. */
  #filled(section: Section, view: View): boolean {
    return this.#instructions[section].some((each) => each.kind === 'fill' && each.target.buffer === view.buffer);
  }

  #isState(view: View): boolean {
    return this.#bufferOf(view).role === 'state';
  }

  #bufferOf(view: View): Buffer {
    const pending = this.#pending.map((each) => each.buffer);
    return [...this.#fixed, ...this.#made.prologue, ...this.#made.step, ...this.#made.loss, ...pending].find(
      ({ id }) => id === view.buffer,
    )!;
  }

  #length(): number {
    return this.#random.randint(1, 4);
  }

  #pick<T>(values: readonly T[]): T {
    return values[this.#random.randint(values.length)]!;
  }

  program(): Program {
    const { prologue, step } = this.#made;
    const buffers = [...this.#fixed, ...prologue, ...step];
    const outputs: OutputDeclaration[] = [...step, ...this.#fixed.filter(({ role }) => role === 'state')].map(
      (each) => ({
        name: each.id,
        view: fullView(each),
      }),
    );
    outputs.push({ name: 'shared', view: { buffer: 'weights', offset: 1, shape: [3], strides: [2] } });
    return program({
      dtype: this.#options.dtype,
      scalars: [{ name: 'gain', initial: 0.7 }],
      buffers,
      prologue: this.#instructions.prologue,
      step: this.#instructions.step,
      inputs: [
        { name: 'signal', buffer: 'signal', held: false },
        { name: 'setting', buffer: 'setting', held: true },
      ],
      outputs,
      hosts: this.#hosts,
      symbols: symbolsOf(this.#fixed),
    });
  }

  /** A report for each array that the loss made: its sum, weighted differently for each element, item and step. */
  training(): Training {
    const forward = this.program();
    const probe = buffer('probe', 'target', [1], { history: true });
    const buffers: Buffer[] = [probe, ...this.#made.loss];
    const loss: Instruction[] = [...this.#instructions.loss];
    const reports: Record<string, View> = {};
    for (const made of this.#made.loss) {
      const elementWeights = buffer(`elements:${made.id}`, 'constant', made.shape, {
        initial: new NdArray(this.#random.uniform(0.5, 1.5, sizeOf(made.shape)), made.shape),
      });
      const weighted = buffer(`weighted:${made.id}`, 'temp', made.shape, { history: true });
      const report = buffer(`report:${made.id}`, 'temp', [], { batched: false });
      buffers.push(elementWeights, weighted, report);
      const weight: View = { buffer: probe.id, offset: 0, shape: [], strides: [] };
      loss.push(mapTo(fullView(weighted), PRODUCT, [fullView(made), fullView(elementWeights), weight]));
      const axes: readonly ReduceAxis[] = [...made.shape.keys(), 'items', 'steps'];
      loss.push({ kind: 'reduce', operation: 'sum', source: fullView(weighted), axes, ...setTo(fullView(report)) });
      reports[made.id] = fullView(report);
    }
    const objective = buffer('objective', 'temp', [], { batched: false });
    loss.push({ kind: 'fill', value: 0, ...setTo(fullView(objective)) });
    return {
      forward,
      targets: [{ name: 'probe', buffer: 'probe', held: false }],
      buffers: [...buffers, objective],
      scalars: [],
      hosts: [],
      loss,
      objective: fullView(objective),
      reports,
      trainable: [],
      update: [],
    };
  }
}
