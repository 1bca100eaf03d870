/** @file What definitions of plugins return is checked where it comes in; messages name object, kind and plugin. */
import type {
  BuildFunction,
  DiscreteSystem,
  DistributionDefinition,
  NeuronDefinition,
  ProcessDefinition,
  SynapseDefinition,
} from '@ndl/core';
import {
  Connection,
  defineNeuronType,
  defineProcess,
  defineSynapse,
  direct,
  Ensemble,
  Network,
  Node,
  piecewise,
  presentInput,
  type Distribution,
  type EnsembleOptions,
} from '@ndl/model';
import { NdArray, ndarray, zeros } from '@ndl/numerics';
import { describe, expect, it } from 'vitest';
import { build } from '../building/build.test-helper.ts';
import { BUILT_IN_BUILD_FUNCTIONS, filter, nodeSource } from '../index.ts';
import { buildWith, KIND, PLUGIN, refusalOf } from './odd-plugin.test-helper.ts';

const ensembleWith = (options: Partial<EnsembleOptions>): Network =>
  new Network({ seed: 0 }, () => new Ensemble({ nNeurons: 3, dimensions: 2, label: 'a', ...options }));
const nan = (shape: readonly number[]): NdArray => new NdArray(new Float64Array(zeros(shape).size).fill(NaN), shape);

describe('samples of a distribution', () => {
  const distribution = Object.freeze({ family: 'distribution', kind: KIND }) as unknown as Distribution;
  const definition = (sample: DistributionDefinition['sample']): DistributionDefinition => ({ kind: KIND, sample });

  it.each<[string, unknown, RegExp]>([
    ['a promise', Promise.resolve(zeros([3, 2])), /samples given as a promise/],
    ['a plain list', [[1, 2]], /samples given as a plain list; an NdArray of shape \[3, 2\] is wanted/],
    ['a typed array', new Float32Array(6), /samples given as a Float32Array/],
    ['nothing', undefined, /samples given as undefined/],
    ['another shape', zeros([2, 3]), /samples of shape \[2, 3\]; an NdArray of shape \[3, 2\] is wanted/],
    ['NaN', nan([3, 2]), /samples with NaN as element 0; every element must be finite/],
  ])('that are %s', async (_, samples, problem) => {
    const { code, message } = await refusalOf(
      buildWith(
        ensembleWith({ encoders: distribution }),
        'distributions',
        definition(() => samples as NdArray),
      ),
    );
    expect(code).toBe('DEFINITION_RESULT');
    expect(message).toMatch(
      /^Ensemble 'a' \(ensembles\[0\]\): encoders: the distribution 'acme\/odd' of plugin @acme\/odd/,
    );
    expect(message).toMatch(problem);
  });

  it('in pieces are checked alike', async () => {
    const inPieces = {
      ...definition(() => zeros([3, 2])),
      *sampleInPieces() {
        yield 1;
        return zeros([1]);
      },
    };
    const network = ensembleWith({ encoders: distribution });
    expect(await refusalOf(buildWith(network, 'distributions', inPieces))).toMatchObject({ code: 'DEFINITION_RESULT' });
  });

  it('in float32 are taken, and what the definition keeps is not changed', async () => {
    const kept = new NdArray(Float32Array.of(3, 4, 0, 2, 1, 0), [3, 2]);
    const graph = await buildWith(
      ensembleWith({ encoders: distribution }),
      'distributions',
      definition(() => kept),
    );
    expect([...graph.ensembles.values()][0]!.encoders.toNested()).toEqual([
      [0.6, 0.8],
      [0, 1],
      [1, 0],
    ]);
    expect([...kept.data]).toEqual([3, 4, 0, 2, 1, 0]);
  });

  it('that are not given because of an error keep it as the cause', async () => {
    const failure = new TypeError('x is undefined');
    const { code, message, cause } = await refusalOf(
      buildWith(
        ensembleWith({ intercepts: distribution }),
        'distributions',
        definition(() => {
          throw failure;
        }),
      ),
    );
    expect(code).toBe('DEFINITION_FAILED');
    expect(message).toMatch(/intercepts: the distribution 'acme\/odd' of plugin @acme\/odd threw "x is undefined"/);
    expect((cause as Error).cause).toBe(failure);
  });
});

describe('the system of a synapse', () => {
  const synapse = defineSynapse({ kind: KIND });
  const network = (): Network =>
    new Network({ seed: 0 }, () => {
      const end = new Node({ sizeIn: 1 });
      new Connection(end, end, { synapse });
    });
  const one = (value: number, shape: number[]): NdArray => new NdArray(Float64Array.of(value), shape);
  const good: DiscreteSystem = { form: 'firstOrder', a: one(0.5, [1, 1]), b: one(0.5, [1]), c: one(1, [1]), d: 0 };
  const second: DiscreteSystem = { form: 'advanced', a: zeros([2, 2]), b: zeros([2]), c: zeros([2]), d: 0 };
  const finite: DiscreteSystem = { form: 'finiteResponse', taps: ndarray([1, 2]) };
  const definition = (system: unknown): SynapseDefinition => ({
    kind: KIND,
    discretize: () => system as DiscreteSystem,
  });

  it.each<[string, unknown, RegExp]>([
    [
      'nothing',
      null,
      /a system of form undefined; one of passthrough, firstOrder, advanced, general, finiteResponse is wanted/,
    ],
    ['of a form that is none', { ...good, form: 'third' }, /a system of form third/],
    ['without coefficients', { form: 'general', d: 0 }, /coefficients b given as undefined/],
    ['of another order than its form', { ...second, form: 'firstOrder' }, /coefficients b of shape \[2\]; .* \[1\]/],
    ['of unequal orders', { ...second, c: zeros([3]) }, /coefficients c of shape \[3\]; .* \[2\]/],
    ['infinite', { ...good, a: one(Infinity, [1, 1]) }, /coefficients a with Infinity as element 0/],
    ['without d', { ...good, d: undefined }, /a coefficient d given as undefined/],
    ['with a d that its form ignores', { ...good, d: 0.5 }, /d = 0.5; a system of form firstOrder has d = 0/],
    ['without taps', { form: 'finiteResponse', taps: zeros([0]) }, /taps of shape \[0\]; .* \[1\]/],
    ['of a matrix of taps', { form: 'finiteResponse', taps: zeros([2, 2]) }, /taps of shape \[2, 2\]/],
    ['of taps that are a list', { form: 'finiteResponse', taps: [1] }, /taps given as/],
    ['of taps of NaN', { form: 'finiteResponse', taps: ndarray([1, NaN]) }, /taps with NaN as element 1/],
  ])('that is %s', async (_, system, problem) => {
    const { code, message } = await refusalOf(buildWith(network(), 'synapses', definition(system)));
    expect(code).toBe('DEFINITION_RESULT');
    expect(message).toMatch(/synapse: the synapse 'acme\/odd' of plugin @acme\/odd/);
    expect(message).toMatch(problem);
    expect(() => filter(synapse, [1, 2], { definitions: [definition(system)] })).toThrow(problem);
  });

  it('that is sound passes', async () => {
    for (const system of [second, finite])
      await expect(buildWith(network(), 'synapses', definition(system))).resolves.toBeDefined();
    expect(filter(synapse, [1, 0, 3], { definitions: [definition(finite)] }).toNested()).toEqual([1, 2, 3]);
  });

  it('may be found in pieces, which are asked for first, and is checked alike', async () => {
    const inPieces = (system: unknown): SynapseDefinition => ({
      kind: KIND,
      discretize: () => expect.unreachable(),
      *discretizeInPieces() {
        yield 1;
        return system as DiscreteSystem;
      },
    });
    await expect(buildWith(network(), 'synapses', inPieces(second))).resolves.toBeDefined();
    const { message } = await refusalOf(buildWith(network(), 'synapses', inPieces({ ...second, c: zeros([3]) })));
    expect(message).toMatch(/coefficients c of shape \[3\]/);
    const asynchronous = { ...definition(second), discretizeInPieces: (async () => second) as never };
    expect(await refusalOf(buildWith(network(), 'synapses', asynchronous))).toMatchObject({
      message: expect.stringMatching(/a promise from discretizeInPieces/) as string,
    });
  });
});

describe('rates and tuning of neurons', () => {
  const neuronType = defineNeuronType({ kind: KIND, spiking: false });
  const network = (): Network =>
    new Network({ seed: 0 }, () => {
      const a = new Ensemble({ nNeurons: 2, dimensions: 1, neuronType, label: 'a' });
      new Connection(a, new Node({ sizeIn: 1 }));
    });
  const good: NeuronDefinition = {
    kind: KIND,
    step: () => expect.unreachable(),
    rates: (_, current) => current.map(Math.abs),
    gainBias: () => ({ gain: Float64Array.of(1, 1), bias: Float64Array.of(0, 0) }),
    maxRatesIntercepts: () => ({ maxRates: Float64Array.of(1, 1), intercepts: Float64Array.of(0, 0) }),
  };

  it.each<[string, Partial<Record<'rates' | 'gainBias', () => unknown>>, RegExp]>([
    [
      'too few rates',
      { rates: () => new Float64Array(1) },
      /Connection .*activities: .* 1 rates; \d+ numbers are wanted/,
    ],
    ['rates given as no numbers', { rates: () => NaN }, /rates given as a number/],
    ['rates of NaN', { rates: () => new Float64Array(1500).fill(NaN) }, /rates with NaN as element 0/],
    ['no gains', { gainBias: () => ({ bias: [0, 0] }) }, /Ensemble 'a' .*gain and bias: .* gains given as undefined/],
    ['gains alone', { gainBias: () => ({ gain: [1, 1] }) }, /biases given as undefined/],
    ['a bias too few', { gainBias: () => ({ gain: [1, 1], bias: [0] }) }, /1 biases; 2 numbers are wanted/],
    ['a bias of NaN', { gainBias: () => ({ gain: [1, 1], bias: [0, NaN] }) }, /biases with NaN as element 1/],
    ['text as a gain', { gainBias: () => ({ gain: [1, '1'], bias: [0, 0] }) }, /gains with a string as element 1/],
    ['nothing', { gainBias: () => undefined }, /values given as undefined; an object with gain and bias is wanted/],
  ])('%s are refused', async (_, wrong, problem) => {
    const { code, message } = await refusalOf(buildWith(network(), 'neurons', { ...good, ...wrong }));
    expect(code).toBe('DEFINITION_RESULT');
    expect(message).toMatch(/the neuron type 'acme\/odd' of plugin @acme\/odd/);
    expect(message).toMatch(problem);
  });

  it('are checked where gain and bias are given', async () => {
    const given = ensembleWith({ neuronType, gain: [1, 1, 1], bias: [0, 0, 0] });
    const wrong = { ...good, maxRatesIntercepts: () => ({ maxRates: Float64Array.of(1) }) };
    const { message } = await refusalOf(buildWith(given, 'neurons', wrong));
    expect(message).toMatch(/maxRates and intercepts: the neuron type 'acme\/odd' .* 1 maximum rates; 3 numbers/);
  });

  it('may come as plain lists', async () => {
    const lists = { ...good, gainBias: () => ({ gain: [1, 1], bias: [0, 0] }) };
    await expect(buildWith(network(), 'neurons', lists)).resolves.toBeDefined();
  });
});

describe('processes', () => {
  const process = defineProcess({ kind: KIND });
  const definition = (makeStep: () => unknown): ProcessDefinition => ({
    kind: KIND,
    makeStep: makeStep as ProcessDefinition['makeStep'],
  });
  const nodeOf = (): Node => new Network({ seed: 0 }).within(() => new Node(process, { label: 'n' }));
  const sourceOf = (makeStep: () => unknown): ((time: number) => Float64Array) => {
    const known = definition(makeStep);
    const source = nodeSource(nodeOf(), { dt: 0.001, seed: 0, process: () => known, pluginOf: () => PLUGIN });
    if (source.kind !== 'function') throw new Error('A process is no constant.');
    return source.make(0);
  };

  it('that make no step function are refused when they begin', () => {
    expect(() => sourceOf(() => undefined)).toThrow(
      /Node 'n' \(nodes\[0\]\): the process 'acme\/odd' of plugin @acme\/odd returned a step given as undefined/,
    );
    expect(() =>
      sourceOf(() => {
        throw new Error('no luck');
      }),
    ).toThrow(/the process 'acme\/odd' of plugin @acme\/odd threw "no luck"/);
  });

  it.each<[string, unknown, RegExp]>([
    ['too many numbers', [1, 2], /returned 2 numbers in place of 1 at time 0.001 s/],
    ['NaN', [NaN], /returned NaN at time 0.001 s/],
    ['a promise', Promise.resolve([1]), /returned a promise/],
    ['nothing', undefined, /returned undefined/],
  ])('that give %s are called processes, not functions', (_, output, problem) => {
    const step = sourceOf(() => () => output);
    expect(() => step(0.001)).toThrow(problem);
    expect(() => step(0.001)).toThrow(
      /^Node 'n' \(nodes\[0\]\): the process 'acme\/odd' of plugin @acme\/odd returned/,
    );
    expect(() => step(0.001)).toThrow(expect.objectContaining({ code: 'NODE_OUTPUT_INVALID' }));
  });

  it.each([
    ['piecewise', piecewise({ 0: 0.5 }), {}, /the process 'piecewise' .* gives 1 number per step, .* of 3 neurons/],
    ['presentInput', presentInput([[1, 2]], 0.1), {}, /'presentInput' .* gives 2 numbers per step, .* of 3 neurons/],
    ['piecewise', piecewise({ 0: 0.5 }), { neuronType: direct() }, /gives 1 number per step, .* of 2 dimensions/],
  ])('of another size than the currents are no noise: %s', async (_, noise, options, problem) => {
    const { code, message } = await refusalOf(build(ensembleWith({ noise, ...options })));
    expect(code).toBe('NOISE_SIZE');
    expect(message).toMatch(/^Ensemble 'a' \(ensembles\[0\]\)/);
    expect(message).toMatch(problem);
  });

  it('of the right size, or of any, are noise', async () => {
    await expect(build(ensembleWith({ noise: piecewise({ 0: [1, 2, 3] }) }))).resolves.toBeDefined();
    const any = definition(() => () => [0, 0, 0]);
    await expect(buildWith(ensembleWith({ noise: process }), 'processes', any)).resolves.toBeDefined();
  });

  it('that are noise are named by ensemble, kind and plugin when they fail in a run', async () => {
    const graph = await buildWith(
      ensembleWith({ noise: process }),
      'processes',
      definition(() => () => [0]),
    );
    const [noise] = graph.operators.filter((operator) => operator.kind === 'hostFunction');
    expect(() => noise!.make(0)(0.001, new Float64Array())).toThrow(
      /Ensemble 'a' \(ensembles\[0\]\): noise: the process 'acme\/odd' of plugin @acme\/odd returned 1 number in place of 3/,
    );
  });
});

describe('build functions', () => {
  const network = (): Network => new Network({ seed: 0 }, () => void new Node([1], { label: 'n' }));
  const buildNodesWith = (build_: BuildFunction<'node'>['build']): ReturnType<typeof build> =>
    buildWith(network(), 'buildFunctions', { kind: 'node', build: build_ });

  it.each<[string, BuildFunction<'node'>['build']]>([
    [
      'at once',
      () => {
        throw new TypeError('x is undefined');
      },
    ],
    ['later', () => Promise.reject(new TypeError('x is undefined'))],
  ])('that fail %s are named, with their plugin and the object', async (_, failing) => {
    const { code, message } = await refusalOf(buildNodesWith(failing));
    expect(code).toBe('DEFINITION_FAILED');
    expect(message).toMatch(
      /^Node 'n' \(nodes\[0\]\): build: the build function 'node' of plugin @acme\/odd threw "x is undefined"/,
    );
  });

  it.each<[string, object, RegExp]>([
    ['that begin with no array', { initial: [1] }, /initial contents of the signal nodes\[0\] must be an NdArray/],
    [
      'that keep a part of a step',
      { history: 1.5 },
      /history of the signal nodes\[0\] must be a whole number .* got 1\.5/,
    ],
    ['that keep less than nothing', { history: -1 }, /history of the signal nodes\[0\]/],
  ])('cannot add signals %s', async (_, odd, problem) => {
    const { code, message } = await refusalOf(
      buildNodesWith((node, context) => {
        context.signal({ name: context.nameOf(node), initial: zeros([1]), ...odd });
      }),
    );
    expect(code).toBe('SIGNAL_INVALID');
    expect(message).toMatch(problem);
  });

  it('may be asynchronous, and are waited for', async () => {
    const built: string[] = [];
    const [, nodeBuild] = BUILT_IN_BUILD_FUNCTIONS;
    await buildNodesWith(async (node, context) => {
      await context.work.turn();
      await nodeBuild!.build(node as never, context);
      built.push(context.nameOf(node));
    });
    expect(built).toEqual(['nodes[0]']);
  });
});
