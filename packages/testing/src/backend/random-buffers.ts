/** @file The buffers of a random program: what each section may read, and where it may write. */
import {
  type Buffer,
  fullView,
  type Instruction,
  type Layout,
  layoutIn,
  type Section,
  type SectionKind,
  type View,
  type WriteMode,
} from '@ndl/ir';
import { type RandomState, sizeOf } from '@ndl/numerics';
import { randomLag, randomTarget, randomView } from './random-views.ts';
import { buffer, EACH_STEP, EACH_STEP_OF_BLOCK, keeping, setTo, storedNumbers } from './write-program.ts';

/** A section of a random program under way. Before and after the sections of the pass stand one of the window each. */
export interface DraftSection {
  readonly region: 'first' | 'pass' | 'loss';
  readonly kind: SectionKind;
  readonly number: number;
}

/** What the buffers of a random program depend on. */
export interface RandomFrame {
  readonly sections: readonly DraftSection[];
  /** Of the pass. */
  readonly direction: Section['direction'];
  readonly maximumBlock: number | undefined;
  /** Whether inputs and states are read at other steps, too. */
  readonly lags: boolean;
  /** Whether all that has a value for each step keeps it for the whole window. */
  readonly spansWindows: boolean;
}

/** Where a random instruction writes. */
export interface RandomTarget {
  readonly target: View;
  readonly mode: WriteMode;
  /** Whether numbers stand there already, so that the instruction may read them. */
  readonly isSet: boolean;
  /** To be emitted before the instruction: sets what it only adds to, or sets in part. */
  readonly before: readonly Instruction[];
}

/** Most steps that a lag reaches back. */
const MOST_LAG = 3;

export class RandomBuffers {
  readonly #random: RandomState;
  readonly #frame: RandomFrame;
  /** Parameters, constants, inputs and states. */
  readonly fixed: readonly Buffer[];
  /** What has a value for each step, set by its writer after all else, and is read at other steps. */
  readonly echo: Buffer;
  readonly echoWriter: DraftSection;
  /** Where the states of one value are read and written: in one loop. */
  readonly #home: DraftSection | undefined;
  readonly #made: { readonly buffer: Buffer; readonly section: DraftSection }[] = [];
  readonly #kept = new Set<Buffer>();
  /** Each state is written once per step, so that values stay bounded. */
  readonly #writtenStates = new Set<string>();

  constructor(random: RandomState, frame: RandomFrame) {
    this.#random = random;
    this.#frame = frame;
    const pass = frame.sections.filter(({ region }) => region === 'pass');
    const loops = pass.filter(({ kind }) => kind === 'steps');
    this.#home = loops.length > 0 ? this.#pick(loops) : undefined;
    this.echoWriter = this.#pick(pass);
    const array = (shape: readonly number[]): Buffer['initial'] =>
      storedNumbers(random.uniform(-0.5, 0.5, sizeOf(shape)), shape);
    const before = random.randint(1, MOST_LAG + 1);
    const span = this.#span();
    // Steps that lie later are not carried on: what is written backwards is no state.
    this.echo =
      frame.direction === 'descending'
        ? buffer('echo', 'temp', [6], { steps: { span, before }, lifetime: span })
        : buffer('echo', 'state', [6], {
            ...keeping(before, span),
            initial: this.#pick([0.25, array([6]), { parameter: 'bias' }]),
          });
    const isOfStep = loops.length === 1 && pass.length === 1 && !frame.lags && !frame.spansWindows;
    this.fixed = [
      buffer('weights', 'parameter', [2, 3, 4], { initial: array([2, 3, 4]) }),
      buffer('bias', 'parameter', [6], { initial: array([6]) }),
      buffer('table', 'constant', [3, 4], { initial: array([3, 4]) }),
      buffer('spikes', 'constant', [6], { initial: storedNumbers([0, 1, 0, 0, 1, 0]) }),
      buffer('signal', 'input', [5], isOfStep && this.#chance(0.5) ? {} : this.#ofSignal()),
      buffer('setting', 'input', [4], { lifetime: 'window' }),
      buffer('memory', 'state', [6], { initial: array([6]) }),
      buffer('trace', 'state', [2, 3], { initial: this.#pick([0.25, array([2, 3])]) }),
      ...(frame.lags ? [this.echo] : []),
    ];
  }

  #ofSignal(): Partial<Buffer> {
    if (!this.#frame.lags) return this.#perStep();
    return { ...keeping(this.#random.randint(1, MOST_LAG + 1), this.#span()), initial: 0.125 };
  }

  #span(): 'block' | 'window' {
    return this.#frame.spansWindows || this.#chance(0.5) ? 'window' : 'block';
  }

  #perStep(): Partial<Buffer> {
    return this.#span() === 'window' ? EACH_STEP : EACH_STEP_OF_BLOCK;
  }

  /** Parameters and the like by id. */
  named(...ids: readonly string[]): readonly Buffer[] {
    return this.fixed.filter(({ id }) => ids.includes(id));
  }

  /** States of one value, where some loop has them. */
  get states(): readonly Buffer[] {
    return this.#home === undefined ? [] : this.named('memory', 'trace');
  }

  get home(): DraftSection | undefined {
    return this.#home;
  }

  /** Temps that the sections of a region made, in the order in which they were made. */
  madeIn(region: DraftSection['region']): readonly Buffer[] {
    return this.#made.filter(({ section }) => section.region === region).map((made) => made.buffer);
  }

  get all(): readonly Buffer[] {
    return [...this.fixed, ...this.#made.map((made) => made.buffer)];
  }

  /**
   * Whether a section may compute what is the same for all steps: not in blocks of what is to be differentiated, as its gradient
   * would be summed block by block.
   */
  mayLackSteps({ kind }: DraftSection): boolean {
    return kind !== 'block' || !this.#frame.spansWindows;
  }

  layoutOf(view: View, { kind }: DraftSection): Layout {
    return layoutIn(
      this.all.find(({ id }) => id === view.buffer)!,
      kind,
    );
  }

  /** A random view of something that differs from step to step. */
  changingSource(section: DraftSection, shape: readonly number[]): View {
    for (;;) {
      const view = this.source(section, shape);
      const { steps, lifetime } = this.all.find(({ id }) => id === view.buffer)!;
      if (steps !== 'one' || lifetime === 'step' || lifetime === 'run') return view;
    }
  }

  /** A temp that a section makes, with items and steps as asked for; of what has one value, one as short-lived as can be. */
  add(
    section: DraftSection,
    shape: readonly number[],
    { items, steps }: Layout,
    id = `made${this.all.length}`,
  ): Buffer {
    const changes = { items, ...this.#timeOf(section, steps) };
    const made = buffer(id, 'temp', shape, changes);
    this.#made.push({ buffer: made, section });
    return made;
  }

  /** A temp that the pass leaves for the loss, and that nothing else reads: of each step, or added up over all of them. */
  keep(loss: DraftSection, shape: readonly number[], layout: Layout, id: string): Buffer {
    const kept = this.add(loss, shape, layout, id);
    this.#kept.add(kept);
    return kept;
  }

  isKept(made: Buffer): boolean {
    return this.#kept.has(made);
  }

  #timeOf({ region, kind }: DraftSection, steps: boolean): Partial<Buffer> {
    if (region !== 'pass') return steps ? EACH_STEP : { lifetime: 'window' };
    if (kind === 'block' && !steps) return { lifetime: this.#chance(0.5) ? 'block' : 'window' };
    return kind === 'steps' && this.#chance(0.5) ? {} : this.#perStep();
  }

  /** A random view of something that the section may read. */
  source(section: DraftSection, shape: readonly number[]): View {
    const readable = this.#readable(section);
    // What the program itself made is the more interesting.
    const candidates = this.#chance(0.5) ? readable.slice(-4) : readable;
    const chosen = this.#pick(candidates);
    const view = randomView(this.#random, chosen.buffer, shape);
    const { steps } = chosen.buffer;
    if (section.region !== 'pass' || steps === 'one' || steps.before === 0) return view;
    if (chosen.leastLag === 0 && this.#chance(0.3)) return view;
    return randomLag(this.#random, view, chosen.leastLag, steps.before);
  }

  /** Items and steps that a target must have because of what is read, or has by chance. */
  layoutFor(section: DraftSection, reads: readonly View[], needsSteps: boolean): Layout {
    const layouts = reads.map((view) => this.layoutOf(view, section));
    const extra = !this.mayLackSteps(section) || this.#chance(section.region === 'pass' ? 0.7 : 0.3);
    return {
      items: section.region === 'pass' || layouts.some(({ items }) => items) || extra,
      steps: section.kind !== 'steps' && (needsSteps || layouts.some(({ steps }) => steps) || extra),
    };
  }

  /** A new buffer, or a part of a larger one, to be set or added to - as `mode` says where it is given. */
  target(section: DraftSection, shape: readonly number[], layout: Layout, mode?: WriteMode): RandomTarget {
    // What a block sets for all of its steps is set at once and wholly.
    const isPlain = section.kind === 'block' && !layout.steps;
    if (isPlain || (mode !== 'add' && this.#chance(0.5))) {
      return { target: fullView(this.add(section, shape, layout)), mode: 'set', isSet: false, before: [] };
    }
    const larger = this.add(section, [sizeOf(shape) + this.#random.randint(3)], layout);
    const before: Instruction[] = [{ kind: 'fill', value: 0.5, ...setTo(fullView(larger)) }];
    if (mode !== 'add' && (mode === 'set' || this.#chance(0.5))) {
      return { target: randomTarget(this.#random, larger, shape), mode: 'set', isSet: true, before };
    }
    return { target: randomView(this.#random, larger, shape), mode: 'add', isSet: true, before };
  }

  /** A part of a state that nothing wrote yet and that is none of `reads`; `undefined` where there is none. */
  stateTarget(section: DraftSection, shape: readonly number[], reads: readonly View[]): RandomTarget | undefined {
    if (section !== this.#home) return undefined;
    const state = this.#pick(this.states);
    const isTaken = this.#writtenStates.has(state.id) || reads.some((view) => view.buffer === state.id);
    if (isTaken || sizeOf(shape) > sizeOf(state.shape)) return undefined;
    this.#writtenStates.add(state.id);
    return { target: randomTarget(this.#random, state, shape), mode: 'set', isSet: true, before: [] };
  }

  /** Fixed buffers, then temps, each with the fewest steps that it may be read back. */
  #readable(section: DraftSection): readonly { readonly buffer: Buffer; readonly leastLag: number }[] {
    const lives = (each: Buffer): boolean => section.region === 'pass' || each.lifetime === 'window';
    const fixed = this.fixed.filter((each) => {
      if (each.id === 'echo') return this.#leastLagOfEcho(section) !== undefined;
      switch (each.role) {
        case 'state':
          return section === this.#home;
        case 'input':
          if (each.id === 'setting') return true;
          return section.region === 'pass' || (section.region === 'loss' && isOfWindow(each));
        default:
          return true;
      }
    });
    const made = this.#made.filter((each) => {
      const isBefore = each.section.number <= section.number;
      return isBefore && (each.section === section || (each.buffer.lifetime !== 'step' && lives(each.buffer)));
    });
    return [
      ...fixed.map((each) => ({ buffer: each, leastLag: each.id === 'echo' ? this.#leastLagOfEcho(section)! : 0 })),
      ...made.map((each) => ({ buffer: each.buffer, leastLag: 0 })),
    ];
  }

  /** What lies back a whole block has been written, whoever writes it; else only what stands before the reader has. */
  #leastLagOfEcho(section: DraftSection): number | undefined {
    const { steps } = this.echo;
    const { maximumBlock } = this.#frame;
    if (section.region === 'first' || steps === 'one') return undefined;
    if (section.region === 'loss') return isOfWindow(this.echo) ? 0 : undefined;
    if (section.number > this.echoWriter.number) return 0;
    if (section === this.echoWriter && section.kind === 'steps') return 1;
    return maximumBlock !== undefined && maximumBlock <= steps.before ? maximumBlock : undefined;
  }

  #chance(probability: number): boolean {
    return this.#random.random() < probability;
  }

  #pick<T>(values: readonly T[]): T {
    return values[this.#random.randint(values.length)]!;
  }
}

function isOfWindow({ steps }: Buffer): boolean {
  return steps !== 'one' && steps.span === 'window';
}
