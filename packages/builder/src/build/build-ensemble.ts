/** @file Ensembles: input → encoders → current → neurons. */
import type { BuildContext, BuildFunction, ObjectSignals, SignalView } from '@ndl/core';
import type { Ensemble } from '@ndl/model';
import { RandomState, zeros, type NdArray } from '@ndl/numerics';
import { callChecked } from './checked-output.ts';
import { tuneEnsemble } from './ensemble-tuning.ts';
import { copy, dotInc, hostFunction, reset, simNeurons } from './operators.ts';
import { partOf } from './part-of.ts';
import { itemSeed, processSeed } from './process-seed.ts';
import { wholeOf } from './views.ts';

/**
 * current = bias + noise + scaled encoders · input; the neurons turn it into their output. Direct ensembles have neither
 * encoders nor biases: they put out their input, plus noise.
 */
export const ENSEMBLE_BUILD: BuildFunction<'ensemble'> = {
  kind: 'ensemble',
  build(ensemble, context) {
    const name = context.nameOf(ensemble);
    const label = context.labelOf(ensemble);
    const seed = context.seedOf(ensemble);
    const built = tuneEnsemble(ensemble, context, new RandomState(seed));
    context.setBuilt(ensemble, built);

    const array = (role: string, initial: NdArray): SignalView =>
      wholeOf(context.signal({ name: `${name}.${role}`, initial }));
    const input = array('input', zeros([ensemble.dimensions]));
    context.add(reset(`${label}: input`, input));
    const neurons =
      built.bias === null
        ? buildDirect(ensemble, input, context, array)
        : buildNeurons(ensemble, built.bias, context, array);
    if (ensemble.noise !== null) buildNoise(ensemble, neurons.current!, context, array);
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

/** Initial states are drawn from a generator of the ensemble's seed plus one, state by state. */
function buildNeurons(
  ensemble: Ensemble,
  initialBias: NdArray,
  context: BuildContext,
  array: MakeArray,
): ObjectSignals {
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
  const output = array('output', zeros([nNeurons]));
  const random = new RandomState((context.seedOf(ensemble) + 1) % 2 ** 32);
  const states = neuronType.states.map((state): [string, SignalView] => [
    state,
    array(
      state,
      partOf(ensemble, `initialState.${state}`, () =>
        context.sample(neuronType.initialState[state]!, nNeurons, undefined, random),
      ),
    ),
  ]);
  context.add(copy(`${label}: bias`, bias, current, 'set'));
  context.add(simNeurons(`${label}: neurons`, neuronType, { current, output, states: states.map(([, view]) => view) }));
  return { bias, current, output, ...Object.fromEntries(states) };
}

/** A process with one output per neuron, added to the currents. */
function buildNoise(ensemble: Ensemble, current: SignalView, context: BuildContext, array: MakeArray): void {
  // Its arrays are copies at each reading; all items share one.
  const process = { ...ensemble.noise! };
  const label = `${context.labelOf(ensemble)}: noise`;
  const size = current.shape[0]!;
  const seed = processSeed(process, ensemble, context);
  const definition = context.process(process.kind);
  const noise = array('noise', zeros([size]));
  context.add(
    hostFunction(label, {
      node: null,
      takesTime: true,
      make: (item) => {
        const step = definition.makeStep(process, {
          dt: context.dt,
          sizeIn: 0,
          sizeOut: size,
          item,
          seed: itemSeed(seed, item),
        });
        const nothing = new Float64Array();
        return (time) => callChecked(label, size, time, () => step(time, nothing));
      },
      input: null,
      output: noise,
    }),
  );
  context.add(copy(label, noise, current, 'inc'));
}
