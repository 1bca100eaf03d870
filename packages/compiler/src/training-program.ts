/** @file Program → Training: output histories, losses and metrics over them, and one optimizer map per trainable buffer. */
import { declarationOf, type LossContext, type Objective, type Optimizer, type Totals } from '@ndl/core';
import {
  findActivity,
  gradientOf,
  kernel,
  rowMajorStrides,
  type Buffer,
  type Dtype,
  type HostDeclaration,
  type HostFunctions,
  type Instruction,
  type Program,
  type ScalarDeclaration,
  type Section,
  type TargetDeclaration,
  type View,
} from '@ndl/ir';
import { isRefusedPromise, showValue, sizeOf, refuseSurplus } from '@ndl/numerics';
import { reportObjective, type ReportWriter } from './block-reports.ts';
import { duplicateHost, optimizerInvalid, unknownOutput } from './errors.ts';
import type { LoweredProgram, LoweredTraining } from './lowered.ts';
import type { LearningTask } from './learning-task.ts';

/** Prefix of optimizer scalars, which keeps them apart from other scalars of a program. */
const OPTIMIZER_SCALAR = 'optimizer.';

/**
 * The scalars of one update, by the names that the training program knows them under.
 * @throws NdlError OPTIMIZER_INVALID where they are not those of the optimizer's kernel, or no finite numbers.
 */
export function optimizerScalars(optimizer: Optimizer, update: number): Readonly<Record<string, number>> {
  refuseSurplus('optimizerScalars', arguments, 2);
  const { kind } = optimizer;
  const { parameters } = optimizer.update;
  const scalars: unknown = optimizer.scalars(update);
  if (typeof scalars !== 'object' || scalars === null || isRefusedPromise(scalars))
    throw optimizerInvalid(kind, `its scalars for update ${update} are ${showValue(scalars)}`);
  const strange = Object.keys(scalars).find((name) => !parameters.includes(name));
  if (strange !== undefined)
    throw optimizerInvalid(kind, `it gives a scalar '${strange}' that its kernel does not have`);
  return Object.fromEntries(
    parameters.map((name) => {
      const value: unknown = (scalars as Record<string, unknown>)[name];
      if (typeof value !== 'number' || !Number.isFinite(value))
        throw optimizerInvalid(kind, `its scalar '${name}' for update ${update} is ${showValue(value)}`);
      return [OPTIMIZER_SCALAR + name, value] as const;
    }),
  );
}

/**
 * Adds to a lowered program all that training it needs: the gradients of `trainable` buffers, and where the task has an
 * optimizer, their updates. Outputs without objective are left out, unless there is none at all. Report `loss` is the sum that is
 * minimized; how the others are to be read, `callReports` knows.
 */
export function trainingProgram(
  { program: forward, tables }: LoweredProgram,
  trainable: readonly string[],
  task: LearningTask,
  heldTargets: ReadonlySet<string>,
): LoweredTraining {
  const builder = new TrainingBuilder(forward);
  const outputs = new Map<string, OutputInLoss>();
  const copies: Instruction[] = [];
  const kept: Buffer[] = [];
  for (const { output } of task.objectives) {
    if (outputs.has(output)) continue;
    const declared = forward.outputs.find(({ name }) => name === output);
    if (declared === undefined)
      throw unknownOutput(
        output,
        forward.outputs.map(({ name }) => name),
      );
    const { shape } = declared.view;
    const size = sizeOf(shape);
    const ofEachStep = buffer({ id: `each step:${output}`, shape: [size], role: 'temp', ...EACH_STEP });
    kept.push(ofEachStep);
    const label = `each step of ${output}`;
    copies.push({ kind: 'copy', label, source: declared.view, target: rowMajor(ofEachStep.id, shape), mode: 'set' });
    outputs.set(output, {
      ofEachStep: wholeBuffer(ofEachStep),
      target: builder.target(output, [size], heldTargets.has(output)),
    });
  }

  const terms: { readonly value: View; readonly weight: number }[] = [];
  const reports: Record<string, View> = {};
  task.objectives.forEach(({ report, output, objective, weight }, index) => {
    const measured = objective.build(builder.lossContext(report, outputs.get(output)!));
    const value = reportObjective(index, objective.kind, measured, builder.reportWriter(), reports);
    if (weight !== null) terms.push({ value, weight });
  });
  const objective = builder.weightedSum(terms);
  const { optimizer } = task;
  const update =
    optimizer === undefined
      ? []
      : trainable.map((id) =>
          builder.update(
            forward.buffers.find((candidate) => candidate.id === id)!,
            optimizer,
          ),
        );
  const training = {
    forward: {
      ...forward,
      buffers: [...forward.buffers, ...kept],
      sections: withCopies(forward.sections, copies),
      outputs: forward.outputs.filter(({ name }) => outputs.size === 0 || outputs.has(name)),
    },
    targets: builder.targets,
    buffers: builder.buffers,
    scalars: builder.scalars(optimizer),
    hosts: builder.hosts,
    loss: builder.loss,
    objective,
    reports: { ...reports, loss: objective },
    trainable,
    update,
  };
  return { training, tables: { ...tables, hosts: new Map([...tables.hosts, ...builder.functions]) } };
}

/** The sections of a lowered program with copies of its outputs at the end of each step. */
function withCopies(sections: Program['sections'], copies: readonly Instruction[]): readonly Section[] {
  if (copies.length === 0) return sections;
  const [steps, ...others] = sections;
  if (steps?.kind !== 'steps' || others.length > 0)
    return [...sections, { kind: 'steps', direction: 'ascending', instructions: copies }];
  return [{ ...steps, instructions: [...steps.instructions, ...copies] }];
}

/** Whether an objective depends smoothly on an output of so many elements: whether it can be a loss. */
export function passesGradient(objective: Objective, size: number): boolean {
  refuseSurplus('passesGradient', arguments, 2);
  const builder = new TrainingBuilder({ dtype: 'float64', dt: ANY_STEP });
  const { ofEachStep, measured } = builder.alone(objective, size);
  const value = reportObjective(0, objective.kind, measured, builder.reportWriter(), {});
  return findActivity(builder.loss, builder.hosts, [ofEachStep.buffer], value).active.has(ofEachStep.buffer);
}

/** What an objective writes. */
export interface WrittenObjective {
  readonly instructions: readonly Instruction[];
  readonly hosts: readonly HostDeclaration[];
  readonly measured: View | Totals;
}

/** What an objective writes on an output of so many elements. */
export function writtenBy(objective: Objective, size: number, dtype: Dtype): WrittenObjective {
  refuseSurplus('writtenBy', arguments, 3);
  const builder = new TrainingBuilder({ dtype, dt: ANY_STEP });
  const { measured } = builder.alone(objective, size);
  return { instructions: builder.loss, hosts: builder.hosts, measured };
}

/** Seconds per step of an objective that is looked at by itself. */
const ANY_STEP = 0.001;

interface OutputInLoss {
  /** The output at each step: [size], row after row, with items and steps. */
  readonly ofEachStep: View;
  readonly target: View;
}

const weigh = /* @__PURE__ */ kernel({ name: 'weigh', inputs: ['value'], parameters: ['weight'] }, (k) => ({
  output: k.multiply(k.inputs.value, k.parameters.weight),
}));

/** Gathers the buffers and instructions that losses, metrics and optimizers ask for. */
class TrainingBuilder {
  readonly buffers: Buffer[] = [];
  readonly targets: TargetDeclaration[] = [];
  readonly hosts: HostDeclaration[] = [];
  readonly functions = new Map<string, HostFunctions>();
  readonly loss: Instruction[] = [];
  readonly #dtype: Dtype;
  readonly #dt: number;

  constructor({ dtype, dt }: Pick<Program, 'dtype' | 'dt'>) {
    this.#dtype = dtype;
    this.#dt = dt;
  }

  /** An objective by itself, on an output of which there is nothing but the size. */
  alone(objective: Objective, size: number): { readonly ofEachStep: View; readonly measured: View | Totals } {
    const ofEachStep = wholeBuffer(buffer({ id: 'each step', shape: [size], role: 'temp', ...EACH_STEP }));
    const context = this.lossContext(objective.kind, { ofEachStep, target: this.target('', [size], false) });
    return { ofEachStep, measured: objective.build(context) };
  }

  target(name: string, shape: readonly number[], held: boolean): View {
    const id = `target:${name}`;
    this.targets.push({ name, buffer: id, held });
    return this.#add({ id, shape, role: 'target', items: true, steps: held ? 'one' : EACH_STEP.steps });
  }

  lossContext(report: string, { ofEachStep, target }: OutputInLoss): LossContext {
    const scope = (name: string): string => `loss:${this.buffers.length}:${report}/${name}`;
    return {
      output: ofEachStep,
      target,
      size: sizeOf(ofEachStep.shape),
      dtype: this.#dtype,
      dt: this.#dt,
      perItemStep: { scalar: 'perItemStep' },
      temporary: (name, shape) => this.#add({ id: scope(name), shape, role: 'temp', ...EACH_STEP }),
      itemTemporary: (name, shape) => this.#add({ id: scope(name), shape, role: 'temp', ...EACH_ITEM }),
      sharedTemporary: (name, shape) => this.#add({ id: scope(name), shape, role: 'temp', ...SHARED }),
      emit: (instruction) => void this.loss.push({ label: report, ...instruction }),
      host: (host) => {
        if (this.functions.has(host.id)) throw duplicateHost(host.id);
        this.hosts.push(declarationOf(host));
        this.functions.set(host.id, host);
      },
    };
  }

  reportWriter(): ReportWriter {
    return {
      emit: (instruction) => void this.loss.push(instruction),
      scalar: (name) => this.#add({ id: `report:${name}`, shape: [], role: 'temp', ...SHARED }),
    };
  }

  /** Σ weight · value, in a shared scalar. */
  weightedSum(terms: readonly { readonly value: View; readonly weight: number }[]): View {
    const target = this.#add({ id: 'objective', shape: [], role: 'temp', ...SHARED });
    this.loss.push({ kind: 'fill', label: 'objective', value: 0, target, mode: 'set' });
    for (const { value, weight } of terms) {
      this.loss.push({
        kind: 'map',
        label: 'objective',
        kernel: weigh,
        inputs: [value],
        parameters: [weight],
        outputs: [{ target, mode: 'add' }],
      });
    }
    return target;
  }

  update(parameter: Buffer, optimizer: Optimizer): Instruction {
    const moved = wholeBuffer(parameter);
    const memory = optimizer.memory.map((name) =>
      this.#add({
        id: `${optimizer.kind}.${name}:${parameter.id}`,
        shape: parameter.shape,
        role: 'optimizer',
        ...SHARED,
      }),
    );
    return {
      kind: 'map',
      label: `${optimizer.kind}: ${parameter.name}`,
      kernel: optimizer.update,
      inputs: [moved, { ...moved, buffer: gradientOf(parameter.id) }, ...memory],
      parameters: optimizer.update.parameters.map((name) => ({ scalar: OPTIMIZER_SCALAR + name })),
      outputs: [moved, ...memory].map((target) => ({ target, mode: 'set' })),
    };
  }

  scalars(optimizer: Optimizer | undefined): readonly ScalarDeclaration[] {
    const names = optimizer?.update.parameters.map((name) => OPTIMIZER_SCALAR + name) ?? [];
    return ['perItemStep', ...names].map((name) => ({ name, initial: 0 }));
  }

  #add(options: Parameters<typeof buffer>[0]): View {
    const added = buffer(options);
    this.buffers.push(added);
    return wholeBuffer(added);
  }
}

/** What has a value for each item and step of a window. */
const EACH_STEP: Pick<Buffer, 'items' | 'steps'> = { items: true, steps: { span: 'window', before: 0 } };

/** What has a value for each item, whatever the step. */
const EACH_ITEM: Pick<Buffer, 'items' | 'steps'> = { items: true, steps: 'one' };

const SHARED: Pick<Buffer, 'items' | 'steps'> = { items: false, steps: 'one' };

function buffer(options: Pick<Buffer, 'id' | 'shape' | 'role' | 'items' | 'steps'>): Buffer {
  return { ...options, name: options.id, lifetime: options.role === 'optimizer' ? 'forever' : 'window', initial: 0 };
}

function wholeBuffer({ id, shape }: Buffer): View {
  return rowMajor(id, shape);
}

/** All elements of a buffer, in an array of this shape. */
function rowMajor(id: string, shape: readonly number[]): View {
  return { buffer: id, offset: 0, shape, strides: rowMajorStrides(shape) };
}
