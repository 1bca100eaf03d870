/** @file Ensembles: input → encoders → current → neurons. */
import type { BuildContext, BuildFunction, ObjectSignals, SignalView } from '@ndl/core';
import { describeObject, type Ensemble, type NeuronType } from '@ndl/model';
import { derivedSeed, RandomState, zeros, type NdArray } from '@ndl/numerics';
import { definitionName } from '../checked/definition-name.ts';
import { generatedNoise, processStep } from '../checked/process-step.ts';
import { noiseSize } from './build-errors.ts';
import { tuneEnsemble } from './ensemble-tuning.ts';
import { copy, dotInc, hostFunction, reset, simNeurons } from './operators.ts';
import { partOf } from './part-of.ts';
import { processSeed } from './process-seed.ts';
import { namedTimeConstants, timeConstantSignals } from './time-constants.ts';
import { wholeOf } from './views.ts';

/**
 * current = bias + noise + scaled encoders · input; the neurons turn it into their output. Direct ensembles have neither
 * encoders nor biases: they put out their input, plus noise.
 */
export const ENSEMBLE_BUILD: BuildFunction<'ensemble'> = {
  kind: 'ensemble',
  async build(ensemble, context) {
    const name = context.nameOf(ensemble);
    const label = context.labelOf(ensemble);
    const seed = context.seedOf(ensemble);
    const built = await tuneEnsemble(ensemble, context, new RandomState(seed));
    const timeConstants = built.bias === null ? {} : allConstantsOf(ensemble, context);
    context.setBuilt(ensemble, { ...built, ...(Object.keys(timeConstants).length > 0 && { timeConstants }) });

    const array = (role: string, initial: NdArray): SignalView =>
      wholeOf(context.signal({ name: `${name}.${role}`, initial }));
    const input = array('input', zeros([ensemble.dimensions]));
    context.add(reset(`${label}: input`, input));
    const neurons =
      built.bias === null
        ? buildDirect(ensemble, input, context, array)
        : await buildNeurons(ensemble, built.bias, context, array);
    if (ensemble.noise !== null) await buildNoise(ensemble, neurons.current!, context, array);
    context.setSignals(ensemble, { input, ...neurons });
    if (built.bias !== null) buildEncoders(ensemble, built.scaledEncoders, context);
    const { current, bias: _, ...outputs } = neurons;
    context.setSignals(ensemble.neurons, { ...outputs, input: current! });
  },
};

type MakeArray = (role: string, initial: NdArray) => SignalView;

/** The value is passed on as it is, over a current of its own: noise, and solvers for weights, add to that alone. */
function buildDirect(ensemble: Ensemble, input: SignalView, context: BuildContext, array: MakeArray): ObjectSignals {
  const current = array('current', zeros([ensemble.dimensions]));
  context.add(copy(`${context.labelOf(ensemble)}: current`, input, current, 'set'));
  return { current, output: current };
}

/** Adds what the input does to the currents of neurons. */
function buildEncoders(ensemble: Ensemble, scaledEncoders: NdArray, context: BuildContext): void {
  const { input, current } = context.signalsOf(ensemble);
  const encoders = wholeOf(
    context.signal({
      name: `${context.nameOf(ensemble)}.encoders`,
      initial: scaledEncoders,
      role: 'parameter',
      trainable: context.isTrainable({ array: 'encoders', ensemble }),
    }),
  );
  context.add(dotInc(`${context.labelOf(ensemble)}: encode`, encoders, input!, current!));
  context.setSignals(ensemble, { encoders });
}

/**
 * Initial states are drawn from a generator of the ensemble's seed plus one, state by state: those of a base type, which stands
 * before the neurons, and their own each from a fresh one.
 */
async function buildNeurons(
  ensemble: Ensemble,
  initialBias: NdArray,
  context: BuildContext,
  array: MakeArray,
): Promise<ObjectSignals> {
  const { nNeurons, neuronType } = ensemble;
  const label = context.labelOf(ensemble);
  const bias = wholeOf(
    context.signal({
      name: `${context.nameOf(ensemble)}.bias`,
      initial: initialBias,
      role: 'parameter',
      trainable: context.isTrainable({ array: 'bias', ensemble }),
    }),
  );
  const current = array('current', zeros([nNeurons]));
  context.add(copy(`${label}: bias`, bias, current, 'set'));
  const step = async (type: NeuronType, role: string, from: SignalView, into: SignalView): Promise<ObjectSignals> => {
    const states = await initialStates(ensemble, type, context, array);
    const random = { name: `${context.nameOf(ensemble)}.${role}`, seed: drawSeed(ensemble, type, context) };
    const timeConstants = timeConstantSignals(ensemble, constantsOf(ensemble, type, context), [nNeurons], context);
    const operands = { current: from, output: into, states: Object.values(states), random, timeConstants };
    context.add(simNeurons(`${label}: ${role}`, type, operands));
    return states;
  };
  const output = array('output', zeros([nNeurons]));
  const { baseType } = neuronType;
  if (baseType === undefined) return { bias, current, output, ...(await step(neuronType, 'neurons', current, output)) };
  const rateOut = array('rateOut', zeros([nNeurons]));
  const baseStates = await step(baseType, 'rates', current, rateOut);
  return { bias, current, output, rateOut, ...baseStates, ...(await step(neuronType, 'neurons', rateOut, output)) };
}

/** Time constants of neurons of a type that are parameters, in seconds. */
function constantsOf(ensemble: Ensemble, type: NeuronType, context: BuildContext): Readonly<Record<string, number>> {
  const { kind, timeConstants = [] } = context.neuron(type.kind);
  return namedTimeConstants(ensemble, type, timeConstants, definitionName('neuron type', kind, undefined), context);
}

/** Those of the neurons and of a base type. */
function allConstantsOf(ensemble: Ensemble, context: BuildContext): Readonly<Record<string, number>> {
  const { neuronType } = ensemble;
  const { baseType } = neuronType;
  const ofBase = baseType === undefined ? {} : constantsOf(ensemble, baseType, context);
  return { ...ofBase, ...constantsOf(ensemble, neuronType, context) };
}

/** As in Nengo, neurons draw from the generator that their initial states would have; where they have some, from another. */
function drawSeed(ensemble: Ensemble, type: NeuronType, context: BuildContext): number {
  const seed = (context.seedOf(ensemble) + 1) % 2 ** 32;
  return type === ensemble.neuronType && type.states.length === 0 ? seed : derivedSeed(seed, type.states.length);
}

/** The states of neurons of a type, in its order. */
async function initialStates(
  ensemble: Ensemble,
  { states, initialState }: NeuronType,
  context: BuildContext,
  array: MakeArray,
): Promise<ObjectSignals> {
  const random = new RandomState((context.seedOf(ensemble) + 1) % 2 ** 32);
  const begun: [string, SignalView][] = [];
  for (const state of states) {
    const initial = await partOf(ensemble, `initialState.${state}`, () =>
      context.work.run(context.sampleInPieces(initialState[state]!, ensemble.nNeurons, undefined, random)),
    );
    begun.push([state, array(state, initial)]);
  }
  return Object.fromEntries(begun);
}

/**
 * A process with one output per neuron (of Direct ensembles: per dimension), added to the currents.
 * @throws NdlError NOISE_SIZE, UNKNOWN_KIND
 */
async function buildNoise(
  ensemble: Ensemble,
  current: SignalView,
  context: BuildContext,
  array: MakeArray,
): Promise<void> {
  const process = ensemble.noise!;
  const label = `${context.labelOf(ensemble)}: noise`;
  const size = current.shape[0]!;
  if (process.fixedSize && process.defaultSizeOut !== size) {
    const currents = ensemble.neuronType.kind === 'direct' ? `${size} dimensions` : `${size} neurons`;
    throw noiseSize(describeObject(ensemble), process.kind, process.defaultSizeOut, currents);
  }
  const definition = await partOf(ensemble, 'noise', () => context.process(process.kind));
  const noise = array('noise', zeros([size]));
  const make = await partOf(ensemble, 'noise', () =>
    processStep(process, definition, {
      label: `${describeObject(ensemble)}: noise`,
      dt: context.dt,
      sizeIn: 0,
      sizeOut: size,
      seed: processSeed(process, ensemble, context),
      plugin: context.pluginOf(definition),
      tools: context.processTools,
    }),
  );
  const sizes = { dt: context.dt, sizeIn: 0, sizeOut: size, ...context.processTools };
  const numbers = generatedNoise(process, definition, sizes, context.pluginOf(definition));
  const drawn = numbers && { ...numbers, seeds: { first: processSeed(process, ensemble, context) } };
  context.add(
    hostFunction(label, {
      ...(drawn !== undefined && { drawn }),
      node: null,
      isProcess: true,
      takesTime: true,
      make,
      ...(make.prepare !== undefined && { prepare: make.prepare }),
      input: null,
      output: noise,
    }),
  );
  context.add(copy(label, noise, current, 'inc'));
}
