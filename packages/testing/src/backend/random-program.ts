/** @file Random programs and trainings that are valid by construction. */
import {
  type Buffer,
  type Dtype,
  fullView,
  type Instruction,
  type Program,
  type ReduceAxis,
  type SectionKind,
  type Section,
  type Training,
  type View,
} from '@ndl/ir';
import { RandomState, sizeOf } from '@ndl/numerics';
import { type DraftSection, RandomBuffers } from './random-buffers.ts';
import { type InstructionKind, RandomInstructions } from './random-instructions.ts';
import { ADD, BLEND, PRODUCT, TANH } from './random-kernels.ts';
import {
  buffer,
  copyTo,
  EACH_STEP,
  mapTo,
  outputsOf,
  program,
  setTo,
  storedNumbers,
  symbolsOf,
} from './write-program.ts';

/** What a random program is made of. */
export interface RandomProgramOptions {
  readonly seed: number;
  readonly dtype: Dtype;
  readonly kinds: readonly InstructionKind[];
  /** Instructions, beside those that tie them together. */
  readonly count: number;
  /** Sections between those of the window. Default: drawn, in either direction and with lags. */
  readonly pass?: readonly SectionKind[];
}

const PASSES: readonly (readonly SectionKind[])[] = [
  ['steps'],
  ['block'],
  ['steps', 'block'],
  ['block', 'steps'],
  ['steps', 'steps'],
  ['block', 'steps', 'block'],
];

/** A program whose outputs are all temps of its pass and all states. */
export function randomProgram(options: RandomProgramOptions): Program {
  const draft = new Draft(options);
  draft.addForward();
  return draft.program();
}

/** Instructions over whole windows, in the loss of a forward program, with a report for each array that they make. */
export function randomLoss(options: RandomProgramOptions): Training {
  const draft = new Draft(options);
  draft.addAccumulators();
  draft.keepStates();
  for (let index = 0; index < options.count; index++) draft.instructions.add(draft.loss);
  return draft.training([]);
}

/** A random forward program without lags, whose objective depends on all that it makes; its parameters are trainable. */
export function randomTraining(options: RandomProgramOptions & { readonly pass: readonly SectionKind[] }): Training {
  const draft = new Draft(options, true);
  draft.addForward();
  draft.keepStates();
  draft.keepTemps();
  return draft.training(['weights', 'bias']);
}

class Draft {
  readonly instructions: RandomInstructions;
  readonly loss: DraftSection;
  readonly #options: RandomProgramOptions;
  readonly #random: RandomState;
  readonly #sections: readonly DraftSection[];
  readonly #direction: Section['direction'];
  readonly #maximumBlock: number | undefined;
  readonly #hasLags: boolean;
  readonly #buffers: RandomBuffers;
  /** What the loss reports on, beside what it makes itself. */
  readonly #reported: Buffer[] = [];

  constructor(options: RandomProgramOptions, spansWindows = false) {
    this.#options = options;
    this.#random = new RandomState(options.seed);
    const isDrawn = options.pass === undefined;
    const pass = options.pass ?? this.#pick(PASSES);
    this.#direction = isDrawn && this.#chance(0.25) ? 'descending' : 'ascending';
    this.#maximumBlock = isDrawn ? this.#pick([undefined, undefined, 1, 2, 3]) : undefined;
    this.#hasLags = isDrawn && this.#chance(0.7);
    const number = pass.length + 1;
    this.loss = { region: 'loss', kind: 'window', number };
    this.#sections = [
      { region: 'first', kind: 'window', number: 0 },
      ...pass.map((kind, index): DraftSection => ({ region: 'pass', kind, number: index + 1 })),
      this.loss,
    ];
    const frame = {
      sections: this.#sections,
      direction: this.#direction,
      maximumBlock: this.#maximumBlock,
      lags: this.#hasLags,
      spansWindows,
    };
    this.#buffers = new RandomBuffers(this.#random, frame);
    this.instructions = new RandomInstructions(this.#random, this.#buffers, options);
  }

  get #pass(): readonly DraftSection[] {
    return this.#sections.filter(({ region }) => region === 'pass');
  }

  addForward(): void {
    for (let index = 0; index < this.#options.count; index++)
      this.instructions.add(this.#chance(0.25) ? this.#sections[0]! : this.#pick(this.#pass));
    this.#echo();
  }

  /** Sums over what a pass sees, one instruction each; and inputs, for the loss to look at. */
  addAccumulators(): void {
    const [first] = this.#sections;
    for (const section of this.#pass) {
      const shape = this.#pick([[3], [2, 3]]);
      const source = this.#buffers.changingSource(section, shape);
      const { items } = this.#buffers.layoutOf(source, section);
      const kept = this.#buffers.add(section, shape, { items: true, steps: true });
      this.instructions.emit(section, copyTo(fullView(kept), source));
      if (isSpanningWindow(kept)) this.#reported.push(kept);
      const isSummed = this.#chance(0.5);
      const layout = { items: items && !isSummed, steps: false };
      const total = this.#buffers.keep(this.loss, shape.slice(1), layout, `total${section.number}`);
      const axes: ReduceAxis[] = [0];
      if (items && isSummed) axes.push('items');
      if (section.kind === 'block') axes.push('steps');
      const target = fullView(total);
      this.instructions.emit(first!, { kind: 'fill', value: 0.25, ...setTo(target) });
      this.instructions.emit(section, { kind: 'reduce', operation: 'sum', source, axes, target, mode: 'add' });
    }
    this.#echo();
  }

  /** Keeps the states of one value over the steps, and lets one change. */
  keepStates(): void {
    const { home } = this.#buffers;
    if (home === undefined) return;
    const [memory] = this.#buffers.named('memory');
    this.instructions.emit(home, mapTo(fullView(memory!), BLEND, [fullView(memory!), 0.5], [0.75]));
    for (const state of this.#buffers.states) this.#keep(state, home);
  }

  /** Keeps over the steps what lives for one. */
  keepTemps(): void {
    const home = this.#pass.find(({ kind }) => kind === 'steps');
    for (const each of this.#buffers.madeIn('pass')) {
      if (isSpanningWindow(each)) this.#reported.push(each);
      else if (each.lifetime === 'step') this.#keep(each, home!);
    }
  }

  #keep(source: Buffer, section: DraftSection): void {
    const kept = this.#buffers.keep(this.loss, source.shape, { items: true, steps: true }, `kept:${source.id}`);
    this.instructions.emit(section, copyTo(fullView(kept), fullView(source)));
  }

  /** Sets what is read at a lag, after anything that could have read it. */
  #echo(): void {
    if (!this.#hasLags) return;
    const { echo, echoWriter } = this.#buffers;
    this.instructions.emit(echoWriter, mapTo(fullView(echo), TANH, [this.#buffers.source(echoWriter, [6])]));
  }

  program(): Program {
    const { fixed, states } = this.#buffers;
    const made = this.#buffers.madeIn('pass');
    const sections = this.#sections.map((section): Section => {
      const direction = section.region === 'pass' ? this.#direction : 'ascending';
      return { kind: section.kind, direction, instructions: this.instructions.of(section) };
    });
    const isOutput = ({ role, items }: Buffer): boolean => items && role !== 'constant';
    const outputs = [...made, ...states, ...fixed.filter(({ id }) => id === 'echo')].filter(isOutput);
    return program({
      dtype: this.#options.dtype,
      scalars: [{ name: 'gain', initial: 0.7 }],
      buffers: [...fixed, ...this.#buffers.madeIn('first'), ...made],
      sections: sections.slice(0, -1).filter(({ instructions }) => instructions.length > 0),
      ...(this.#maximumBlock !== undefined && { maximumBlock: this.#maximumBlock }),
      inputs: [
        { name: 'signal', buffer: 'signal', held: false },
        { name: 'setting', buffer: 'setting', held: true },
      ],
      outputs: [
        ...outputsOf(...outputs).map((output) => ({ ...output, every: this.#pick([1, 1, 2]) })),
        { name: 'shared', view: { buffer: 'weights', offset: 1, shape: [3], strides: [2] }, every: 1 },
      ],
      hosts: this.instructions.hosts,
      symbols: symbolsOf(fixed.filter(({ role }) => role !== 'input' && role !== 'temp')),
    });
  }

  /**
   * A report for each array that is kept or that the loss made: its sum, weighted differently for each element, item and step.
   * The objective is the sum of all.
   */
  training(trainable: readonly string[]): Training {
    const probe = buffer('probe', 'target', [1], EACH_STEP);
    const objective = buffer('objective', 'temp', [], { items: false, lifetime: 'window' });
    const made = this.#buffers.madeIn('loss');
    const written = this.instructions.of(this.loss);
    // What the pass keeps for the loss is the forward program's.
    const forward = this.program();
    const kept = made.filter((each) => this.#buffers.isKept(each));
    const buffers: Buffer[] = [probe, objective, ...made.filter((each) => !this.#buffers.isKept(each))];
    const loss: Instruction[] = [...written, { kind: 'fill', value: 0, ...setTo(fullView(objective)) }];
    const reports: Record<string, View> = {};
    for (const each of [...this.#reported, ...made]) {
      const weights = storedNumbers(this.#random.uniform(0.5, 1.5, sizeOf(each.shape)), each.shape);
      const perElement = buffer(`elements:${each.id}`, 'constant', each.shape, { initial: weights });
      const weighted = buffer(`weighted:${each.id}`, 'temp', each.shape, EACH_STEP);
      const report = buffer(`report:${each.id}`, 'temp', [], { items: false, lifetime: 'window' });
      const ofStep: View = { buffer: probe.id, offset: 0, shape: [], strides: [] };
      const axes: readonly ReduceAxis[] = [...each.shape.keys(), 'items', 'steps'];
      buffers.push(perElement, weighted, report);
      loss.push(
        mapTo(fullView(weighted), PRODUCT, [fullView(each), fullView(perElement), ofStep]),
        { kind: 'reduce', operation: 'sum', source: fullView(weighted), axes, ...setTo(fullView(report)) },
        mapTo(fullView(objective), ADD, [fullView(objective), fullView(report)]),
      );
      reports[each.id] = fullView(report);
    }
    return {
      forward: { ...forward, buffers: [...forward.buffers, ...kept] },
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

  #chance(probability: number): boolean {
    return this.#random.random() < probability;
  }

  #pick<T>(values: readonly T[]): T {
    return values[this.#random.randint(values.length)]!;
  }
}

function isSpanningWindow({ steps }: Buffer): boolean {
  return steps !== 'one' && steps.span === 'window';
}
