/** @file Steps of neurons that a plugin defines: what makes none is refused by kind, plugin and ensemble, in the dtype of the simulation. */
import { rewriteGraph, type Operator, type OperatorGraph } from '@ndl/core';
import { kernel } from '@ndl/ir';
import { defineNeuronType } from '@ndl/model';
import { describe, expect, test } from 'vitest';
import { configureSettings, Connection, Ensemble, NdArray, Probe, sgd, type Settings } from './index.ts';
import { noisyNeurons, noisyStep } from './plugin-mistakes.test-helper.ts';
import { failing, simulate } from './reference-simulator.test-helper.ts';

type Definition = Parameters<typeof noisyNeurons>[0];

async function run(definition: Definition, settings: Partial<Settings> = {}, type: object = {}): Promise<void> {
  const { net, plugins } = noisyNeurons(definition, type);
  await using simulator = await simulate(net, settings, { plugins });
  await simulator.runSteps(1);
}

async function train(definition: Definition, settings: Partial<Settings> = {}): Promise<void> {
  const { net, plugins } = noisyNeurons(definition);
  net.within(() => configureSettings({ trainable: true }));
  await using simulator = await simulate(net, settings, { plugins });
  const zeros = new NdArray(new Float64Array(3), [1, 3]);
  await simulator.train([[1]], { targets: zeros, optimizer: sgd() });
}

describe('numbers that float32 makes infinite are refused in it, and taken in float64', () => {
  const owner = "The step of neuron kind 'noisy' (plugin noise-for-all), at crowd: neurons, cannot run: ";
  const told = (what: string): unknown =>
    failing('NOT_FINITE', `${owner}${what} is 1e+39, which is infinite in float32`);

  test.each<[string, Definition, string]>([
    ['a parameter', { step: () => noisyStep(1e39) }, "the parameter 'scale', from step,"],
    ['a constant', { step: () => noisyStep(1, 1e39) }, "a constant of the kernel 'scaled', from step,"],
  ])('%s of the step', async (_, definition, what) => {
    await expect(run(definition, { dtype: 'float32' })).rejects.toEqual(told(what));
    await expect(run(definition)).resolves.toBeUndefined();
  });

  test.each<[string, Definition, string]>([
    [
      'a parameter',
      { rateStep: () => noisyStep(1e39) },
      'the parameter \'scale\', from trainingStep of the gradient approximation "rate" (plugin @ndl/neurons),',
    ],
    [
      'a constant',
      { rateStep: () => noisyStep(1, 1e39) },
      'a constant of the kernel \'scaled\', from trainingStep of the gradient approximation "rate" (plugin @ndl/neurons),',
    ],
  ])('%s of what training runs', async (_, definition, what) => {
    await expect(train(definition, { dtype: 'float32' })).rejects.toEqual(told(what));
    await expect(train(definition)).resolves.toBeUndefined();
  });

  test('an initial state', async () => {
    const type = { initialState: { level: 1e39 } };
    await expect(run({}, { dtype: 'float32' }, type)).rejects.toEqual(
      failing('NOT_FINITE', /'crowd'.*its level holds 1e\+39, which is infinite in float32/),
    );
    await expect(run({}, {}, type)).resolves.toBeUndefined();
  });
});

describe('what is no step is refused', () => {
  const input = kernel({ name: 'x', inputs: ['level'] }, (k) => ({ output: k.inputs.level }));
  const output = kernel({ name: 'x', inputs: ['current'] }, (k) => ({
    output: k.inputs.current,
    level: k.inputs.current,
  }));
  const without = kernel({ name: 'x', inputs: ['current'] }, (k) => ({ rate: k.inputs.current }));
  const handmade = (outputs: readonly unknown[]): unknown => ({
    kernel: { name: 'x', inputs: [], parameters: [], outputs },
    parameters: {},
  });

  test.each<[string, unknown, RegExp]>([
    ['nothing', null, /returned null/],
    ['a promise', Promise.resolve(noisyStep(1)), /returned a promise/],
    ['no kernel', { kernel: {}, parameters: {} }, /a kernel that kernel\(\) has not made/],
    ['a kernel of null', handmade([null]), /a kernel that kernel\(\) has not made/],
    ['a kernel without expression', handmade([{ name: 'output' }]), /a kernel that kernel\(\) has not made/],
    [
      'a kernel of an unknown operation',
      handmade([{ name: 'output', expression: { kind: 'sum', terms: [] } }]),
      /a kernel that kernel\(\) has not made/,
    ],
    [
      'a kernel of an undeclared input',
      handmade([{ name: 'output', expression: { kind: 'input', name: 'current' } }]),
      /a kernel that kernel\(\) has not made/,
    ],
    ['NaN', noisyStep(NaN), /the value NaN, which is no finite number/],
    ['no value', { ...noisyStep(1), parameters: {} }, /has no value for its parameter 'scale'/],
    ['a draw of nothing', { ...noisyStep(1), draws: { noise: null } }, /the draw 'noise' the kind undefined/],
    ['a draw of no kind', { ...noisyStep(1), draws: { noise: { kind: 'beta' } } }, /'noise' the kind 'beta', which is/],
    ['no draws', { ...noisyStep(1), draws: 5 }, /gave draws that are no draws by name: 5/],
    [
      'a draw without bounds',
      { ...noisyStep(1), draws: { noise: { kind: 'uniform', low: 1, high: 0 } } },
      /bounds that are no finite numbers/,
    ],
    [
      'a draw without deviation',
      { ...noisyStep(1), draws: { noise: { kind: 'normal', mean: 0 } } },
      /a mean, or a deviation, that is no finite/,
    ],
    ['a draw without function', { ...noisyStep(1), draws: { noise: { kind: 'ofCurrent' } } }, /no function draw/],
    [
      'a draw called as the current',
      { ...noisyStep(1), draws: { current: { kind: 'uniform', low: 0, high: 1 } } },
      /named a draw 'current'/,
    ],
    ['no output', { kernel: without, parameters: {} }, /without 'output'/],
    ['an unknown input', { kernel: input, parameters: {} }, /uses 'level', which is neither 'current' nor/],
    ['an unknown output', { kernel: output, parameters: {} }, /uses 'level', which is neither 'output' nor/],
  ])('%s', async (_, step, problem) => {
    const told = failing(
      'NEURON_STEP_INVALID',
      new RegExp(`'noisy' \\(plugin noise-for-all\\), at crowd: neurons.*${problem.source}`),
    );
    await expect(run({ step: () => step as never })).rejects.toEqual(told);
  });
});

test('parameters are copied: a definition may write them into one object, again and again', async () => {
  const parameters: Record<string, number> = {};
  const definition: Definition = {
    step: (neuronType) => {
      parameters['scale'] = (neuronType as unknown as { readonly gainOfMine: number }).gainOfMine;
      return { ...noisyStep(1), parameters: parameters as { readonly scale: number } };
    },
  };
  const { net, plugins } = noisyNeurons(definition, { gainOfMine: 1 });
  const probe = net.within(() => {
    const neuronType = defineNeuronType({ kind: 'noisy', spiking: false, gainOfMine: 3 });
    const ensemble = new Ensemble({ nNeurons: 3, dimensions: 1, neuronType, encoders: net.ensembles[0]!.encoders });
    new Connection(net.nodes[0]!, ensemble);
    return new Probe(ensemble.neurons);
  });
  await using simulator = await simulate(net, {}, { plugins });
  await simulator.runSteps(20);
  const [ones, threes] = [net.probes[0]!, probe].map((each) =>
    Math.max(...Array.from(simulator.data.get(each).data, Math.abs)),
  );
  expect(threes! / ones!).toBeCloseTo(3, 10);
});

test('an operator of neurons that a simplification makes must keep what they run', async () => {
  const { net, plugins } = noisyNeurons({});
  const apply = (graph: OperatorGraph): OperatorGraph =>
    rewriteGraph(graph, {
      operators: new Map(
        graph.operators.flatMap((operator) => {
          if (operator.kind !== 'simNeurons' || operator.steps === undefined) return [];
          const { steps: _, ...without } = operator;
          return [[operator, [without as Operator]] as const];
        }),
      ),
    });
  await expect(simulate(net, { simplifications: [{ name: 'mine', apply }] }, { plugins })).rejects.toEqual(
    failing('NEURON_STEP_INVALID', /crowd: neurons carries no steps/),
  );
});
