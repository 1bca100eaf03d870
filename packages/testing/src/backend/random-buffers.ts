/** @file The buffers of a random program: what each section may read, and where it may write. */
import { fullView, type Buffer, type Instruction, type View, type WriteMode } from '@ndl/ir';
import { NdArray, sizeOf, type RandomState } from '@ndl/numerics';
import { randomTarget, randomView } from './random-views.ts';
import { buffer, setTo } from './write-program.ts';

/** Where an instruction of a random program stands. */
export type RandomSection = 'prologue' | 'step' | 'loss';

/** Whether a buffer has items and steps. */
export type Layout = Pick<Buffer, 'batched' | 'history'>;

/** Where a random instruction writes. */
export interface RandomTarget {
  readonly target: View;
  readonly mode: WriteMode;
  /** Whether numbers stand there already, so that the instruction may read them. */
  readonly isSet: boolean;
  /** To be emitted before the instruction: sets what it only adds to, or sets in part. */
  readonly before: readonly Instruction[];
}

export class RandomBuffers {
  readonly #random: RandomState;
  /** Parameters, a constant, inputs and states. */
  readonly fixed: readonly Buffer[];
  /** Temps, in the order in which they were made. */
  readonly made: Readonly<Record<RandomSection, Buffer[]>> = { prologue: [], step: [], loss: [] };
  /** Each state is written once per step, so that values stay bounded. */
  readonly #writtenStates = new Set<string>();

  constructor(random: RandomState) {
    this.#random = random;
    const array = (shape: readonly number[]): NdArray => new NdArray(random.uniform(-0.5, 0.5, sizeOf(shape)), shape);
    this.fixed = [
      buffer('weights', 'parameter', [2, 3, 4], { initial: array([2, 3, 4]) }),
      buffer('bias', 'parameter', [6], { initial: array([6]) }),
      buffer('table', 'constant', [3, 4], { initial: array([3, 4]) }),
      buffer('spikes', 'constant', [6], { initial: new NdArray(Float64Array.of(0, 1, 0, 0, 1, 0), [6]) }),
      buffer('signal', 'input', [5]),
      buffer('setting', 'input', [4]),
      buffer('memory', 'state', [6], { initial: array([6]) }),
      buffer('trace', 'state', [2, 3], { initial: 0.25 }),
    ];
  }

  /** Parameters and the like by id. */
  named(...ids: readonly string[]): readonly Buffer[] {
    return this.fixed.filter(({ id }) => ids.includes(id));
  }

  get states(): readonly Buffer[] {
    return this.fixed.filter(({ role }) => role === 'state');
  }

  get all(): readonly Buffer[] {
    return [...this.fixed, ...this.made.prologue, ...this.made.step, ...this.made.loss];
  }

  bufferOf(view: View): Buffer {
    return this.all.find(({ id }) => id === view.buffer)!;
  }

  /** A temp of a section. */
  add(section: RandomSection, shape: readonly number[], layout: Layout, id = `${section}${this.all.length}`): Buffer {
    const made = buffer(id, 'temp', shape, layout);
    this.made[section].push(made);
    return made;
  }

  /** A random view of something that the section may read. */
  source(section: RandomSection, shape: readonly number[]): View {
    const readable = this.#readable(section);
    // What the program itself made is the more interesting.
    const candidates = this.#random.random() < 0.5 ? readable.slice(-4) : readable;
    return randomView(this.#random, candidates[this.#random.randint(candidates.length)]!, shape);
  }

  /** Items and steps that a target must have because of what is read, or has by chance. */
  layoutFor(section: RandomSection, reads: readonly View[]): Layout {
    const layouts = reads.map((view) => this.bufferOf(view));
    const extra = this.#random.random() < 0.3;
    return {
      batched: section === 'step' || layouts.some(({ batched }) => batched) || extra,
      history: section === 'loss' && (layouts.some(({ history }) => history) || extra),
    };
  }

  /** A new buffer, or a part of a larger one, to be set or added to - as `mode` says where it is given. */
  target(section: RandomSection, shape: readonly number[], layout: Layout, mode?: WriteMode): RandomTarget {
    if (mode !== 'add' && this.#random.random() < 0.5) {
      return { target: fullView(this.add(section, shape, layout)), mode: 'set', isSet: false, before: [] };
    }
    const larger = this.add(section, [sizeOf(shape) + this.#random.randint(3)], layout);
    const before: Instruction[] = [{ kind: 'fill', value: 0.5, ...setTo(fullView(larger)) }];
    if (mode !== 'add' && (mode === 'set' || this.#random.random() < 0.5)) {
      return { target: randomTarget(this.#random, larger, shape), mode: 'set', isSet: true, before };
    }
    return { target: randomView(this.#random, larger, shape), mode: 'add', isSet: true, before };
  }

  /** A part of a state that nothing wrote yet and that is none of `reads`; `undefined` where there is none. */
  stateTarget(shape: readonly number[], reads: readonly View[]): RandomTarget | undefined {
    const state = this.states[this.#random.randint(this.states.length)]!;
    const isTaken = this.#writtenStates.has(state.id) || reads.some((view) => view.buffer === state.id);
    if (isTaken || sizeOf(shape) > sizeOf(state.shape)) return undefined;
    this.#writtenStates.add(state.id);
    return { target: randomTarget(this.#random, state, shape), mode: 'set', isSet: true, before: [] };
  }

  #readable(section: RandomSection): readonly Buffer[] {
    const { prologue, step, loss } = this.made;
    const constants = this.named('weights', 'bias', 'table', 'spikes', 'setting');
    switch (section) {
      case 'prologue':
        return [...constants, ...prologue];
      case 'step':
        return [...this.fixed, ...prologue, ...step];
      case 'loss':
        return [...constants, ...prologue, ...step.filter(({ history }) => history), ...loss];
    }
  }
}
