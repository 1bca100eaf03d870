import type { LossContext, Objective, Optimizer } from '@ndl/core';
import { gradientOf, kernel, verifyTraining, type MapInstruction, type View } from '@ndl/ir';
import { describe, expect, it } from 'vitest';
import { callReports, optimizerScalars, outputName, passesGradient, type LearningTask } from './index.ts';
import { compileAsDrawn, dot, Paper, whole } from './paper-graph.test-helper.ts';

/** input → two trainable matrices → two probed outputs of 3 and 2 elements. */
function twoOutputs(): ReturnType<typeof compileAsDrawn> {
  const paper = new Paper();
  const input = paper.signal('input', [2], { role: 'input' });
  const operators = [3, 2].map((size) =>
    dot(
      whole(paper.parameter(`weights ${size}`, [size, 2])),
      whole(input),
      whole(paper.signal(`output ${size}`, [size])),
    ),
  );
  return compileAsDrawn(
    paper.graph(
      operators,
      operators.map(({ target }) => target),
    ),
  );
}

const identity = kernel({ name: 'first', inputs: ['output'] }, (k) => ({ value: k.inputs.output }));

/** The sum of the output, over elements, items and steps. */
const sum: Objective = {
  kind: 'sum',
  build(context) {
    const each = context.temporary('each', [context.size]);
    const total = context.sharedTemporary('total', []);
    context.emit({
      kind: 'map',
      kernel: identity,
      inputs: [context.output],
      parameters: [],
      outputs: [{ target: each, mode: 'set' }],
    });
    context.emit({
      kind: 'reduce',
      operation: 'sum',
      source: each,
      axes: [0, 'items', 'steps'],
      target: total,
      mode: 'set',
    });
    return total;
  },
};

const drift: Optimizer = {
  kind: 'drift',
  memory: ['before'],
  update: kernel({ name: 'drift', inputs: ['parameter', 'gradient', 'before'], parameters: ['rate'] }, (k) => ({
    parameter: k.subtract(k.inputs.parameter, k.multiply(k.parameters.rate, k.add(k.inputs.gradient, k.inputs.before))),
    before: k.inputs.gradient,
  })),
  scalars: (update) => ({ rate: 1 / update }),
};

const nothing = { held: new Set<string>(), heldTargets: new Set<string>(), neurons: 'training' } as const;
const onFirst: LearningTask = {
  objectives: [{ report: 'sum', output: outputName(0), objective: sum, weight: 2 }],
  optimizer: drift,
};

describe('trainingProgram', () => {
  it('keeps each step, and has targets, of the outputs that are measured, and of no others', () => {
    const { training } = twoOutputs().trainingProgram(onFirst, nothing);
    verifyTraining(training);
    expect(training.targets.map(({ name, held }) => [name, held])).toEqual([[outputName(0), false]]);
    expect(training.forward.outputs.map(({ name }) => name)).toEqual([outputName(0)]);
    expect(training.forward.buffers.filter(({ steps }) => steps !== 'one').map(({ shape }) => shape)).toEqual([[3]]);
    expect(Object.keys(training.reports).sort()).toEqual(['loss', 'value 0']);
    expect(training.reports['loss']).toBe(training.objective);
  });

  it('gives held targets one value for all steps', () => {
    const heldTargets = new Set([outputName(0)]);
    const { buffers, targets } = twoOutputs().trainingProgram(onFirst, { ...nothing, heldTargets }).training;
    const target = buffers.find(({ id }) => id === targets[0]!.buffer)!;
    expect([targets[0]!.held, target.steps, target.items]).toEqual([true, 'one', true]);
  });

  it('what is kept of an output serves several objectives; metrics are reported and not added to the loss', () => {
    const metric = { report: 'metric', output: outputName(0), objective: { ...sum, kind: 'metric' }, weight: null };
    const { training } = twoOutputs().trainingProgram({ objectives: [...onFirst.objectives, metric] }, nothing);
    verifyTraining(training);
    expect(training.targets).toHaveLength(1);
    const weighed = training.loss.filter(
      (instruction) => instruction.kind === 'map' && instruction.kernel.name === 'weigh',
    ) as MapInstruction[];
    expect(weighed.map(({ inputs, parameters }) => [inputs, parameters])).toEqual([
      [[training.reports['value 0']], [2]],
    ]);
    expect(training.update).toEqual([]);
  });

  it('updates each trainable buffer from its gradient and from what the optimizer remembers of it', () => {
    const { training } = twoOutputs().trainingProgram(onFirst, nothing);
    expect(training.trainable).toEqual(['weights 3', 'weights 2']);
    const updates = training.update as MapInstruction[];
    expect(updates.map(({ inputs }) => inputs.map((operand) => (operand as { buffer: string }).buffer))).toEqual(
      training.trainable.map((id) => [id, gradientOf(id), `drift.before:${id}`]),
    );
    expect(training.buffers.filter(({ role }) => role === 'optimizer').map(({ shape }) => shape)).toEqual([
      [3, 2],
      [2, 2],
    ]);
    expect(updates[0]!.parameters).toEqual([{ scalar: 'optimizer.rate' }]);
    expect(optimizerScalars(drift, 4)).toEqual({ 'optimizer.rate': 0.25 });
  });

  it('reports totals and counts per item and step, and minimizes their mean in a block', () => {
    const totals: Objective = {
      kind: 'totals',
      build: (context) => ({ sum: sum.build(context) as View, count: sum.build(context) as View }),
    };
    const task = { objectives: [{ ...onFirst.objectives[0]!, report: 'mean', objective: totals }] };
    const { training } = twoOutputs().trainingProgram(task, nothing);
    verifyTraining(training);
    expect(Object.keys(training.reports).sort()).toEqual(['count 0', 'loss', 'total 0']);
  });

  it.each([
    ['nothing', undefined],
    ['a vector', (context: LossContext) => context.temporary('vector', [3])],
    ['a count without a sum', (context: LossContext) => ({ count: sum.build(context) })],
  ])('refuses an objective that gives %s', (_, build) => {
    const objective = { kind: 'mine', build: (context: LossContext) => build?.(context) } as unknown as Objective;
    const task = { objectives: [{ ...onFirst.objectives[0]!, report: 'loss', objective }] };
    expect(() => twoOutputs().trainingProgram(task, nothing)).toThrow(
      expect.objectContaining({
        code: 'OBJECTIVE_INVALID',
        message: expect.stringContaining("'mine'") as unknown,
      }) as Error,
    );
  });

  it('trains nothing where neurons run as they are', () => {
    const { training } = twoOutputs().trainingProgram(
      { objectives: onFirst.objectives },
      { ...nothing, neurons: 'run' },
    );
    expect(training.trainable).toEqual([]);
    verifyTraining(training);
  });

  it('refuses a loss on what is no output, and a host declared twice', () => {
    const compiled = twoOutputs();
    expect(() =>
      compiled.trainingProgram({ objectives: [{ ...onFirst.objectives[0]!, output: 'probes[7]' }] }, nothing),
    ).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_OUTPUT',
        message: expect.stringMatching(/probes\[7\].*probes\[0\]/) as unknown,
      }) as Error,
    );
    const declaration = {
      id: 'twice',
      label: 'twice',
      scope: 'batch' as const,
      acts: false,
      make: () => ({ call: () => undefined }),
    };
    const repeated: Objective = {
      ...sum,
      build: (context) => (context.host(declaration), context.host(declaration), context.sharedTemporary('none', [])),
    };
    expect(() =>
      compiled.trainingProgram({ objectives: [{ ...onFirst.objectives[0]!, objective: repeated }] }, nothing),
    ).toThrow(expect.objectContaining({ code: 'DUPLICATE_HOST' }) as Error);
  });
});

describe('callReports', () => {
  const task: LearningTask = {
    objectives: [
      { report: 'mean', output: outputName(0), objective: sum, weight: 2 },
      { report: 'sum', output: outputName(0), objective: sum, weight: 1 },
      { report: 'plain', output: outputName(0), objective: sum, weight: null },
    ],
  };

  it('divides totals by counts, multiplies sums out, and adds up the loss', () => {
    const averages = { 'total 0': 0.5, 'count 0': 0.25, 'total 1': 3, 'value 2': 7, loss: 99 };
    expect(callReports(task, averages, 10)).toEqual({
      reports: { mean: 2, sum: 30, plain: 7, loss: 34 },
      empty: [],
    });
  });

  it('calls a mean over nothing NaN, which adds nothing to the loss', () => {
    const averages = { 'total 0': 0, 'count 0': 0, 'total 1': 3, 'value 2': 7 };
    expect(callReports(task, averages, 10)).toEqual({
      reports: { mean: NaN, sum: 30, plain: 7, loss: 30 },
      empty: ['mean'],
    });
  });
});

describe('passesGradient', () => {
  it('is whether an objective depends smoothly on the output', () => {
    const flat = kernel({ name: 'sign', inputs: ['output'] }, (k) => ({ value: k.less(0, k.inputs.output) }));
    const steps: Objective = {
      kind: 'steps',
      build(context) {
        const emit: LossContext['emit'] = (instruction) =>
          context.emit(instruction.kind === 'map' ? { ...instruction, kernel: flat } : instruction);
        return sum.build({ ...context, emit });
      },
    };
    expect([passesGradient(sum, 3), passesGradient(steps, 3)]).toEqual([true, false]);
  });
});
