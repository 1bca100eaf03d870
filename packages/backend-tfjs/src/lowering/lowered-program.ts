/** @file A program lowered to actions on frames; made once per program, in pieces, for any number of items and steps. */
import { workOfStep, type Job } from '@ndl/backend-kit';
import {
  buffersOf,
  gradientOf,
  instructionsOf,
  takeApart,
  writesOf,
  type Buffer,
  type HostDeclaration,
  type Instruction,
  type Program,
  type SectionKind,
  type Training,
  type View,
} from '@ndl/ir';
import { sizeOf, type Pieces } from '@ndl/numerics';
import { initialContents, initialValue } from '../running/initial-value.ts';
import { KeptTensors } from '../engines/kept-tensors.ts';
import { lowerInstruction } from './lower-instruction.ts';
import { readerOf, type Action, type Lowering, type Reader } from './lowering.ts';
import { outputPlaces, type OutputPlace } from './output-places.ts';
import { SegmentTable, type Segment } from './segments.ts';
import { spanningBuffers, stagesOf, Uses, withHomes, type Stage } from './stages.ts';
import type { Arithmetic } from '../arithmetic/arithmetic.ts';
import type { Extents, Tensor, TensorFlow } from '../engines/tensors.ts';

export interface LoweredOutput extends OutputPlace {
  readonly name: string;
  readonly every: number;
  readonly read: Reader;
}

/** A number that a loss leaves. */
export interface LoweredReport {
  readonly name: string;
  readonly read: Reader;
}

export interface LoweredSection {
  readonly kind: SectionKind;
  readonly actions: readonly Action[];
  /** Inputs that are written before each of its steps. */
  readonly homes: ReadonlySet<string>;
}

/** State that begins as a parameter. */
export interface LoweredBeginning {
  readonly buffer: Buffer;
  readonly segment: Segment;
  /** What the parameter holds there. */
  readonly read: Reader;
}

/** A forward program; with a training, its loss and update too. */
export class LoweredProgram {
  readonly job: Job;
  readonly program: Program;
  readonly training: Training | undefined;
  readonly hosts: ReadonlyMap<string, HostDeclaration>;
  readonly segments: SegmentTable;
  readonly buffers: readonly Buffer[];
  readonly kept: KeptTensors;
  readonly sections: readonly LoweredSection[];
  readonly stages: readonly Stage[];
  readonly outputs: readonly LoweredOutput[];
  readonly beginnings: readonly LoweredBeginning[];
  readonly loss: readonly Action[];
  readonly update: readonly Action[];
  readonly objective: Reader | undefined;
  readonly reports: readonly LoweredReport[];
  /** Segments of one value that outlive blocks: state. */
  readonly lasting: readonly Segment[];
  /** Parameters and optimizer memory that instructions write. */
  readonly learnt: readonly Buffer[];
  /** Whether hosts act on the world. */
  readonly acts: boolean;
  /** The most steps that a block may have, whatever their size. */
  readonly longestBlock: number;
  /** Operations of a step, per item. */
  readonly workOfStep: number;
  /** Numbers, per item, that a step takes up in a block. */
  readonly numbersPerStep: number;
  readonly #constants = new Map<Segment, Tensor>();
  /** What is left to be lowered. */
  readonly #unlowered: (() => void)[] = [];

  /** Lowers a program, instruction by instruction. @param keepOf steps before that buffers keep for the sake of all programs */
  static *inPieces(tf: TensorFlow, job: Job, keepOf: (buffer: Buffer) => number): Pieces<LoweredProgram> {
    const made = new LoweredProgram(tf, job, keepOf);
    for (const lower of made.#unlowered) {
      lower();
      yield LOWER_COST;
    }
    made.#unlowered.length = 0;
    return made;
  }

  private constructor(tf: TensorFlow, job: Job, keepOf: (buffer: Buffer) => number) {
    const { training, tables } = job;
    const kept = training === undefined ? [] : [...buffersOf([...training.loss, ...training.update])];
    const program = withHomes(training === undefined ? job.program : takeApart(job.program, tables, kept));
    this.job = job;
    this.program = program;
    this.training = training;
    this.kept = new KeptTensors(tf);
    this.hosts = new Map([...program.hosts, ...(training?.hosts ?? [])].map((host) => [host.id, host]));
    const gradients = program.buffers
      .filter(({ id }) => training?.trainable.includes(id))
      .map((buffer): Buffer => ({
        ...buffer,
        id: gradientOf(buffer.id),
        role: 'temp',
        lifetime: 'window',
        initial: 0,
      }));
    this.buffers = [...program.buffers, ...(training?.buffers ?? []), ...gradients];
    const after = [...(training?.loss ?? []), ...(training?.update ?? [])];
    const all = [...instructionsOf(program), ...after];
    const written = all.flatMap(writesOf).map(({ target }) => target);
    const spanning = spanningBuffers(program, after, this.buffers, keepOf);
    this.segments = new SegmentTable(this.buffers, written, spanning);

    const uses = new Uses(program.sections.map(({ instructions }) => instructions));
    const fedStepByStep = new Set(program.inputs.flatMap(({ buffer, held }) => (held ? [] : [buffer])));
    const isFedStepByStep = (id: string): boolean => fedStepByStep.has(id);
    const isSteady = (id: string): boolean =>
      !spanning.has(id) &&
      !isFedStepByStep(id) &&
      uses.writersOf(id).every((section) => program.sections[section]!.kind === 'window');
    const lowering = (kind: SectionKind): Lowering => {
      return { kind, segments: this.segments, kept: this.kept, hosts: this.hosts, functions: tables.hosts, isSteady };
    };
    const eachLater = <Part, Made>(parts: readonly Part[], make: (part: Part) => Made): readonly Made[] => {
      const all: Made[] = [];
      for (const part of parts) this.#unlowered.push(() => all.push(make(part)));
      return all;
    };
    const lower = (kind: SectionKind, instructions: readonly Instruction[]): readonly Action[] =>
      eachLater(instructions, (instruction) => lowerInstruction(instruction, lowering(kind)));
    const homes = homesOf(program, uses, this.segments);
    const fedIn = inputsBySection(homes);
    this.stages = stagesOf(program);
    this.sections = program.sections.map(({ kind, instructions }, number) => {
      return { kind, actions: lower(kind, instructions), homes: fedIn.get(number) ?? NOTHING };
    });
    this.loss = lower('window', training?.loss ?? []);
    this.update = lower('window', training?.update ?? []);
    this.outputs = eachLater(outputPlaces(program, uses, this.segments, homes), (place) => {
      const { name, every, view } = place.output;
      return { ...place, name, every, read: readerOf(view, lowering(place.at)) };
    });
    const readResult = (name: string, view: View): LoweredReport => {
      return { name, read: readerOf(view, lowering('window')) };
    };
    this.objective = training && readResult('objective', training.objective).read;
    this.reports = Object.entries(training?.reports ?? {}).map(([name, view]) => readResult(name, view));
    this.beginnings = beginningsOf(program, this.segments, lowering('window'));

    this.lasting = this.segments.all.filter(({ spans, buffer: { role } }) => !spans && role === 'state');
    const writtenIds = new Set(written.map(({ buffer }) => buffer));
    this.learnt = this.buffers.filter(
      ({ id, role }) => writtenIds.has(id) && (role === 'parameter' || role === 'optimizer'),
    );
    this.acts = program.hosts.some(({ acts }) => acts);
    this.workOfStep = workOfStep(program);
    this.longestBlock = this.acts ? 1 : (program.maximumBlock ?? Infinity);
    const stepSize = (ids: readonly string[]): number =>
      ids.reduce((sum, id) => sum + sizeOf(this.segments.buffer(id).shape), 0);
    this.numbersPerStep =
      stepSize(program.buffers.flatMap(({ id }) => (spanning.has(id) || isFedStepByStep(id) ? [id] : []))) +
      program.outputs.reduce((sum, { view }) => sum + sizeOf(view.shape), 0);
  }

  /** Whether blocks are done for good one by one: in the one pass, which ascends. */
  get isStepwise(): boolean {
    const passes = this.stages.filter((stage) => stage.kind === 'pass');
    return passes.length === 1 && passes[0]!.direction === 'ascending';
  }

  /** Steps before that are kept of a carried buffer. */
  keepOf(buffer: Buffer): number {
    return this.segments.of(buffer.id)[0]?.before ?? 0;
  }

  /** Whether it keeps what it is to keep. */
  keeps(keepOf: (buffer: Buffer) => number): boolean {
    return this.buffers.every((buffer) => !this.segments.spans(buffer.id) || this.keepOf(buffer) === keepOf(buffer));
  }

  /** Initial contents of a segment. */
  initial(arithmetic: Arithmetic, { buffer, start }: Segment, extents: Extents): Tensor {
    return initialValue(arithmetic, initialContents(buffer, this.job.tables), start, extents);
  }

  /** The value of a constant, made once. */
  constant(segment: Segment, make: () => Tensor): Tensor {
    const known = this.#constants.get(segment) ?? this.kept.keep(make());
    this.#constants.set(segment, known);
    return known;
  }

  dispose(): void {
    this.kept.dispose();
  }
}

/** What lowering an instruction is worth, in operations. */
const LOWER_COST = 2048;

const NOTHING: ReadonlySet<string> = new Set();

/** Of inputs, by buffer id, that are written before each step of a section: the number of that section. */
function homesOf(program: Program, uses: Uses, segments: SegmentTable): ReadonlyMap<string, number> {
  const homes = new Map<string, number>();
  for (const { buffer, held } of program.inputs) {
    if (held || segments.spans(buffer)) continue;
    homes.set(buffer, uses.usersOf(buffer)[0] ?? program.sections.findIndex(({ kind }) => kind === 'steps'));
  }
  return homes;
}

/** The inputs at home in each section. */
function inputsBySection(homes: ReadonlyMap<string, number>): ReadonlyMap<number, ReadonlySet<string>> {
  const inputs = new Map<number, Set<string>>();
  for (const [buffer, section] of homes) {
    const known = inputs.get(section) ?? new Set();
    inputs.set(section, known.add(buffer));
  }
  return inputs;
}

function beginningsOf({ buffers }: Program, segments: SegmentTable, lowering: Lowering): readonly LoweredBeginning[] {
  return buffers.flatMap((buffer) => {
    const { initial } = buffer;
    if (typeof initial === 'number' || !('parameter' in initial)) return [];
    return segments.of(buffer.id).map((segment) => {
      const { start, length } = segment;
      const view = { buffer: initial.parameter, offset: start, shape: [length], strides: [1] };
      return { buffer, segment, read: readerOf(view, lowering) };
    });
  });
}
