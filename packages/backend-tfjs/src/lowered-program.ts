/** @file A program lowered to actions on frames; made once per program, for any number of items and steps. */
import {
  gradientOf,
  instructionsOf,
  readsOf,
  writesOf,
  type Buffer,
  type Instruction,
  type Program,
  type Training,
  type View,
} from '@ndl/ir';
import type { Section } from './frame.ts';
import { KeptTensors } from './kept-tensors.ts';
import { lowerInstruction } from './lower-instruction.ts';
import { readerOf, type Action, type Lowering, type Reader } from './lowering.ts';
import { SegmentTable, type Segment } from './segments.ts';
import type { Tensor, TensorFlow } from './tensors.ts';

export interface LoweredOutput {
  readonly name: string;
  readonly read: Reader;
}

/** A forward program; with a training, its loss and update too. */
export class LoweredProgram {
  readonly program: Program;
  readonly training: Training | undefined;
  readonly segments: SegmentTable;
  readonly buffers: readonly Buffer[];
  readonly kept: KeptTensors;
  readonly outputs: readonly LoweredOutput[];
  /** Segments of which every step's value is wanted afterwards. */
  readonly histories: readonly Segment[];
  readonly objective: Reader | undefined;
  readonly reports: readonly LoweredOutput[];
  readonly #constants = new Map<Segment, Tensor>();
  readonly prologue: readonly Action[];
  readonly step: readonly Action[];
  readonly epilogue: readonly Action[];
  readonly loss: readonly Action[];
  readonly update: readonly Action[];

  constructor(tf: TensorFlow, program: Program, training?: Training) {
    this.program = program;
    this.training = training;
    this.kept = new KeptTensors(tf);
    const gradients = program.buffers
      .filter(({ id }) => training?.trainable.includes(id))
      .map((buffer): Buffer => ({ ...buffer, id: gradientOf(buffer.id), role: 'gradient', initial: 0 }));
    this.buffers = [...program.buffers, ...(training?.buffers ?? []), ...gradients];
    const all = [...instructionsOf(program), ...(training?.loss ?? []), ...(training?.update ?? [])];
    this.segments = new SegmentTable(
      this.buffers,
      all.flatMap(writesOf).map(({ target }) => target),
    );

    const written = new Set(program.step.flatMap(writesOf).map(({ target }) => target.buffer));
    for (const { buffer, held } of program.inputs) if (!held) written.add(buffer);
    const hosts = new Map([...program.hosts, ...(training?.hosts ?? [])].map((host) => [host.id, host]));
    const lowering = (section: Section): Lowering => ({
      section,
      segments: this.segments,
      kept: this.kept,
      hosts,
      isSteady: (id) => !written.has(id) && !this.segments.buffer(id).history,
    });
    const [step, block] = [lowering('step'), lowering('block')];
    const lower = (instructions: readonly Instruction[], where: Lowering): readonly Action[] =>
      instructions.map((instruction) => lowerInstruction(instruction, where));
    this.prologue = lower(program.prologue, block);
    this.step = lower(program.step, step);
    this.epilogue = lower(program.epilogue, block);
    this.loss = lower(training?.loss ?? [], block);
    this.update = lower(training?.update ?? [], block);
    this.outputs = program.outputs.map(({ name, view }) => ({ name, read: readerOf(view, step) }));
    this.objective = training && readerOf(training.objective, block);
    this.reports = Object.entries(training?.reports ?? {}).map(([name, view]) => ({
      name,
      read: readerOf(view, block),
    }));

    const wanted = new Set(
      [...[...program.epilogue, ...(training?.loss ?? [])].flatMap(readsOf), ...Object.values(program.symbols)].map(
        ({ buffer }: View) => buffer,
      ),
    );
    this.histories = this.segments.all.filter(
      ({ buffer }) => buffer.history && buffer.role !== 'target' && wanted.has(buffer.id),
    );
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
