/** @file Random programs and trainings that are valid by construction. */
import {
  fullView,
  insertAxis,
  isView,
  type Buffer,
  type Dtype,
  type HostDeclaration,
  type Instruction,
  type Operand,
  type Program,
  type ReduceAxis,
  type ScalarOperand,
  type Training,
  type View,
  type WriteMode,
} from '@ndl/ir';
import { NdArray, RandomState, sizeOf } from '@ndl/numerics';
import { MIXED, mixingHost } from './mixing-host.ts';
import { RandomBuffers, type RandomSection } from './random-buffers.ts';
import { ADD, BLEND, PRODUCT, RANDOM_KERNELS } from './random-kernels.ts';
import { randomBroadcastShape } from './random-views.ts';
import { buffer, copyTo, mapTo, program, setTo, symbolsOf } from './write-program.ts';

export type InstructionKind = Instruction['kind'];

/** What a random program is made of. */
export interface RandomProgramOptions {
  readonly seed: number;
  readonly dtype: Dtype;
  readonly kinds: readonly InstructionKind[];
  readonly count: number;
}

/** A forward program: some instructions in the prologue, the others in the step; every temp and state is an output. */
export function randomProgram(options: RandomProgramOptions): Program {
  const draft = new Draft(options);
  draft.addForward();
  return draft.program();
}

/** Instructions over whole blocks, in the loss of a small forward program, with a report for each array that they make. */
export function randomBlockTraining(options: RandomProgramOptions): Training {
  const draft = new Draft(options);
  draft.addHistories(['signal', 'memory', 'trace']);
  draft.addDecay();
  for (let index = 0; index < options.count; index++) draft.addInstruction('loss');
  return draft.training([]);
}

/** A random forward program whose objective depends on everything that its steps make; its parameters are trainable. */
export function randomTraining(options: RandomProgramOptions): Training {
  const draft = new Draft(options);
  draft.addForward();
  draft.addHistories([...draft.stepTemps, 'memory', 'trace']);
  return draft.training(['weights', 'bias']);
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

class Draft {
  readonly #options: RandomProgramOptions;
  readonly #random: RandomState;
  readonly #buffers: RandomBuffers;
  readonly #instructions: Record<RandomSection, Instruction[]> = { prologue: [], step: [], loss: [] };
  readonly #hosts: HostDeclaration[] = [];
  /** Histories that the loss reports on, beside what it makes itself. */
  #reported: readonly Buffer[] = [];

  constructor(options: RandomProgramOptions) {
    this.#options = options;
    this.#random = new RandomState(options.seed);
    this.#buffers = new RandomBuffers(this.#random);
  }

  get stepTemps(): readonly string[] {
    return this.#buffers.made.step.map(({ id }) => id);
  }

  addForward(): void {
    for (let index = 0; index < this.#options.count; index++)
      this.addInstruction(this.#chance(0.25) ? 'prologue' : 'step');
  }

  /** Keeps these buffers over the steps, for the loss to look at. */
  addHistories(ids: readonly string[]): void {
    const sources = this.#buffers.all.filter(({ id }) => ids.includes(id));
    this.#reported = sources.map((source) => {
      const history = this.#buffers.add('step', source.shape, { batched: true, history: true }, `history:${source.id}`);
      this.#instructions.step.push(copyTo(fullView(history), fullView(source)));
      return history;
    });
  }

  /** Lets a state change from step to step. */
  addDecay(): void {
    const memory = fullView(this.#buffers.named('memory')[0]!);
    this.#instructions.step.push(mapTo(memory, BLEND, [memory, 0.5], [0.75]));
  }

  addInstruction(section: RandomSection): void {
    const kind = this.#pick(this.#options.kinds);
    switch (kind) {
      case 'fill': {
        const value = this.#number(section);
        return this.#emit(section, this.#pick(SHAPES), [], (target, mode) => ({ kind, value, target, mode }));
      }
      case 'copy': {
        const shape = this.#pick(SHAPES);
        const source = this.#buffers.source(section, shape);
        return this.#emit(section, shape, [source], (target, mode) => ({ kind, source, target, mode }));
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

  #addMap(section: RandomSection): void {
    const shape = this.#pick(SHAPES);
    const kernel = this.#pick(RANDOM_KERNELS);
    const operand = (): Operand => {
      if (this.#chance(0.2)) return this.#number(section);
      return this.#buffers.source(section, randomBroadcastShape(this.#random, shape));
    };
    const [inputs, parameters] = [kernel.inputs.map(operand), kernel.parameters.map(operand)];
    const reads = [...inputs, ...parameters].filter(isView);
    const layout = this.#buffers.layoutFor(section, reads);
    const targets = kernel.outputs.map(() => {
      const state = section === 'step' && this.#chance(0.3) ? this.#buffers.stateTarget(shape, reads) : undefined;
      return state ?? this.#buffers.target(section, shape, layout);
    });
    // A map may write the very view that it reads.
    if (inputs.length > 0 && targets[0]!.isSet && this.#chance(0.4)) inputs[0] = targets[0]!.target;
    const outputs = targets.map(({ target, mode }) => ({ target, mode }));
    this.#instructions[section].push(...targets.flatMap(({ before }) => before), {
      kind: 'map',
      kernel,
      inputs,
      parameters,
      outputs,
    });
  }

  /** Members over iteration spaces of their own, whose axes each view has or lacks by chance. */
  #addContract(section: RandomSection): void {
    const factors = Array.from({ length: this.#chance(0.7) ? 1 : this.#random.randint(2, 4) }, () =>
      this.#randomFactors(section),
    );
    // What a target lacks of items and steps is summed over.
    const reads = section === 'loss' && this.#chance(0.6) ? [] : factors.flatMap(({ left, right }) => [left, right]);
    const layout = this.#buffers.layoutFor(section, reads);
    const mayWriteState = section === 'step' && this.#options.count <= 3 && this.#chance(0.3);
    const [first, ...others] = factors as [RandomFactors, ...RandomFactors[]];
    const state =
      mayWriteState && others.length === 0
        ? this.#buffers.stateTarget(
            first.kept.map((axis) => first.shape[axis]!),
            [first.left, first.right],
          )
        : undefined;
    const before: Instruction[] = [];
    let mode: WriteMode | undefined;
    const members = factors.map(({ shape, kept, left, right }) => {
      const made =
        state ??
        this.#buffers.target(
          section,
          kept.map((axis) => shape[axis]!),
          layout,
          mode,
        );
      mode = made.mode;
      before.push(...made.before);
      return { left, right, target: withAxes(made.target, shape, kept) };
    });
    const marked = this.#chance(0.3) ? { events: this.#pick(['left', 'right'] as const) } : {};
    this.#instructions[section].push(...before, { kind: 'contract', members, ...marked, mode: mode! });
  }

  #randomFactors(section: RandomSection): RandomFactors {
    const shape = Array.from({ length: this.#random.randint(0, 5) }, () => this.#random.randint(1, 4));
    const axesOf = (probability: number): readonly number[] =>
      [...shape.keys()].filter(() => this.#chance(probability));
    const factor = (): View => {
      const own = axesOf(0.65);
      return withAxes(
        this.#buffers.source(
          section,
          own.map((axis) => shape[axis]!),
        ),
        shape,
        own,
      );
    };
    return { shape, left: factor(), right: factor(), kept: axesOf(0.6) };
  }

  #addReduce(section: RandomSection): void {
    const shape = this.#pick(SHAPES.filter((each) => each.length > 0));
    const source = this.#buffers.source(section, shape);
    const { batched, history } = this.#buffers.bufferOf(source);
    // What a step writes is batched, and a reduction does not broadcast over items.
    if (section === 'step' && !batched) return;
    const isWhole = section !== 'step';
    const axes: ReduceAxis[] = [...shape.keys()].filter(() => this.#chance(0.6));
    if (isWhole && batched && this.#chance(0.5)) axes.push('items');
    if (isWhole && history && this.#chance(0.5)) axes.push('steps');
    if (axes.length === 0) axes.push(0);
    const layout = {
      batched: batched && !axes.includes('items'),
      history: isWhole && history && !axes.includes('steps'),
    };
    const operation = this.#chance(0.5) ? 'sum' : 'max';
    const rest = shape.filter((_, axis) => !axes.includes(axis));
    const { target, mode, before } = this.#buffers.target(section, rest, layout);
    this.#instructions[section].push(...before, { kind: 'reduce', operation, source, axes, target, mode });
  }

  #addHost(section: RandomSection): void {
    // Host functions belong to steps.
    if (section !== 'step') return;
    const inputs = [this.#buffers.source(section, [3]), this.#buffers.source(section, [2])];
    const output = this.#buffers.add(section, [MIXED], { batched: true, history: false });
    const host = `host${this.#hosts.length}`;
    this.#hosts.push(mixingHost(host, this.#chance(0.5) ? 'item' : 'batch', 3));
    this.#instructions[section].push({ kind: 'host', host, inputs, outputs: [fullView(output)] });
  }

  #emit(
    section: RandomSection,
    shape: readonly number[],
    reads: readonly View[],
    write: (target: View, mode: WriteMode) => Instruction,
  ): void {
    // In long programs only maps, which are bounded, write states: else values might grow from step to step.
    const mayWriteState = section === 'step' && this.#options.count <= 3 && this.#chance(0.3);
    const layout = this.#buffers.layoutFor(section, reads);
    const state = mayWriteState ? this.#buffers.stateTarget(shape, reads) : undefined;
    const { target, mode, before } = state ?? this.#buffers.target(section, shape, layout);
    this.#instructions[section].push(...before, write(target, mode));
  }

  /** A number, a scalar, or in steps the clock. */
  #number(section: RandomSection): ScalarOperand {
    const choice = this.#random.randint(section === 'step' ? 5 : 3);
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

  program(): Program {
    const { fixed, made, states } = this.#buffers;
    return program({
      dtype: this.#options.dtype,
      scalars: [{ name: 'gain', initial: 0.7 }],
      buffers: [...fixed, ...made.prologue, ...made.step],
      prologue: this.#instructions.prologue,
      step: this.#instructions.step,
      inputs: [
        { name: 'signal', buffer: 'signal', held: false },
        { name: 'setting', buffer: 'setting', held: true },
      ],
      outputs: [
        ...[...made.step, ...states].map((each) => ({ name: each.id, view: fullView(each) })),
        { name: 'shared', view: { buffer: 'weights', offset: 1, shape: [3], strides: [2] } },
      ],
      hosts: this.#hosts,
      symbols: symbolsOf(fixed),
    });
  }

  /**
   * A report for each history and each array that the loss made: its sum, weighted differently for each element, item and
   * step. The objective is the sum of all.
   */
  training(trainable: readonly string[]): Training {
    const probe = buffer('probe', 'target', [1], { history: true });
    const objective = buffer('objective', 'temp', [], { batched: false });
    const buffers: Buffer[] = [probe, objective, ...this.#buffers.made.loss];
    const loss: Instruction[] = [...this.#instructions.loss, { kind: 'fill', value: 0, ...setTo(fullView(objective)) }];
    const reports: Record<string, View> = {};
    for (const made of [...this.#reported, ...this.#buffers.made.loss]) {
      const weights = new NdArray(this.#random.uniform(0.5, 1.5, sizeOf(made.shape)), made.shape);
      const perElement = buffer(`elements:${made.id}`, 'constant', made.shape, { initial: weights });
      const weighted = buffer(`weighted:${made.id}`, 'temp', made.shape, { history: true });
      const report = buffer(`report:${made.id}`, 'temp', [], { batched: false });
      const perItemStep: View = { buffer: probe.id, offset: 0, shape: [], strides: [] };
      const axes: readonly ReduceAxis[] = [...made.shape.keys(), 'items', 'steps'];
      buffers.push(perElement, weighted, report);
      loss.push(
        mapTo(fullView(weighted), PRODUCT, [fullView(made), fullView(perElement), perItemStep]),
        { kind: 'reduce', operation: 'sum', source: fullView(weighted), axes, ...setTo(fullView(report)) },
        mapTo(fullView(objective), ADD, [fullView(objective), fullView(report)]),
      );
      reports[made.id] = fullView(report);
    }
    return {
      forward: this.program(),
      targets: [{ name: 'probe', buffer: 'probe', held: false }],
      buffers,
      scalars: [],
      hosts: [],
      loss,
      objective: fullView(objective),
      reports,
      trainable,
      update: [],
    };
  }
}
