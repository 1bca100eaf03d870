/**
 * @file The path of a signal from an object to a target: slice, function or decoders, weights, synapse, delay. Connections
 * are paths, and so is what leads to a probe of a decoded value.
 */
import { secondsInSteps, type BuildContext, type DiscreteSystem, type SignalView } from '@ndl/core';
import {
  describeObject,
  vectorOf,
  type Connection,
  type LearningRule,
  type Probe,
  type Sliceable,
  type Synapse,
} from '@ndl/model';
import { RandomState, zeros, type NdArray } from '@ndl/numerics';
import { targetsWithoutSolver } from '../errors.ts';
import { callChecked } from './checked-output.ts';
import { copy, delay, dotInc, elementwiseInc, hostFunction, reset, simSynapse } from './operators.ts';
import { partOf } from './part-of.ts';
import type { SignalPath } from './path-parts.ts';
import { solveDecoders } from './solve-decoders.ts';
import { select, wholeOf } from './views.ts';
import { sampleTransform, weightsOf } from './weights.ts';

/**
 * Builds a path up to what arrives at its target, and returns that. Signals of the owner: `input` (the whole output of the
 * source), `operand` (what its weights see of it: the slice, or the function's result), `weights` where it has some, `weighted` (what arrives, after synapse and
 * delay).
 */
export async function buildPath(path: SignalPath, context: BuildContext): Promise<SignalView> {
  const { owner, source, synapse } = path;
  const random = new RandomState(context.seedOf(owner));
  const decoding = isDecoded(source) ? await solveDecoders(path, source, context, random) : null;
  const weights = decoding?.fullWeights ?? (await drawWeights(path, decoding?.decoders ?? null, context, random));
  const input = decoding === null ? buildSource(path, context) : context.signalsOf(source).output!;
  const weighted = weights === null ? input : buildWeights(owner, weights, input, context);
  const filtered = synapse === null ? weighted : await buildSynapse(owner, synapse, weighted, context);
  const arriving = buildDelay(owner, filtered, context);
  context.setSignals(owner, { input: context.signalsOf(source).output!, operand: input, weighted: arriving });
  context.setBuiltConnection(owner, {
    evalPoints: decoding?.evalPoints ?? null,
    decoders: decoding?.decoders ?? null,
    weights,
    solverErrors: decoding?.errors ?? null,
    solverInfo: decoding?.info ?? null,
  });
  return arriving;
}

/** targetEncoders · transform · decoders; the transform is drawn where it is a distribution. */
async function drawWeights(
  { owner, transform, targetEncoders }: SignalPath,
  decoders: NdArray | null,
  context: BuildContext,
  random: RandomState,
): Promise<NdArray | null> {
  const drawn = await partOf(owner, 'transform', () => context.work.run(sampleTransform(transform, context, random)));
  return context.work.run(weightsOf(decoders, drawn, targetEncoders));
}

/** Adds the filter of `synapse` to the graph and returns its output, which others see one step after its input. */
export async function buildSynapse(
  owner: Connection | Probe,
  synapse: Synapse,
  input: SignalView,
  context: BuildContext,
): Promise<SignalView> {
  const named = { name: `${context.nameOf(owner)}.synapse`, label: `${context.labelOf(owner)}: synapse` };
  return buildFilter(owner, synapse, input, context, { ...named, mode: 'update' });
}

/** Adds a filter under a name; with mode `set` others see its output in the step of its input. */
export async function buildFilter(
  owner: Connection | Probe | LearningRule,
  synapse: Synapse,
  input: SignalView,
  context: BuildContext,
  { name, label, mode }: { readonly name: string; readonly label: string; readonly mode: 'update' | 'set' },
): Promise<SignalView> {
  const system = await partOf(owner, 'synapse', () => {
    const definition = context.synapse(synapse.kind);
    const pieces = definition.discretizeInPieces?.(synapse, context.dt);
    return pieces === undefined ? definition.discretize(synapse, context.dt) : context.work.run(pieces);
  });
  const initial = zeros(input.shape);
  const output = wholeOf(context.signal({ name, initial }));
  const states = statesOf(system, name).map((state) => wholeOf(context.signal({ ...state, initial })));
  context.add(simSynapse(label, system, { input, output, states }, mode));
  return output;
}

/** What `input` was as many steps before as the connection waits. */
function buildDelay(owner: Connection | Probe, input: SignalView, context: BuildContext): SignalView {
  const steps = owner.kind === 'connection' ? delayInSteps(owner.delay, context.dt) : 0;
  if (steps === 0) return input;
  const name = `${context.nameOf(owner)}.delay`;
  const initial = zeros(input.shape);
  const output = wholeOf(context.signal({ name, initial }));
  const history = steps === 1 ? null : wholeOf(context.signal({ name: `${name}.inputs`, initial, history: steps - 1 }));
  context.add(delay(`${context.labelOf(owner)}: delay`, steps, { input, output, history }));
  return output;
}

/** A delay as a number of steps: the nearest to so many seconds. */
function delayInSteps(given: Connection['delay'], dt: number): number {
  if (given === null) return 0;
  return typeof given === 'number' ? Math.round(secondsInSteps(given, dt)) : given.steps;
}

/** The signals that a filter remembers by, beside its output. */
function statesOf(
  system: DiscreteSystem,
  name: string,
): readonly { readonly name: string; readonly history?: number }[] {
  if (system.form === 'finiteResponse') return [{ name: `${name}.inputs`, history: system.taps.size - 1 }];
  const remembered = system.form === 'advanced' || system.form === 'general' ? system.b.size : 0;
  return Array.from({ length: remembered }, (_, index) => ({ name: `${name}.state[${index}]` }));
}

function isDecoded(source: Sliceable): source is Extract<Sliceable, { kind: 'ensemble' }> {
  return source.kind === 'ensemble' && source.neuronType.kind !== 'direct';
}

/** The selected elements of a source without decoders, through the function if there is one. */
function buildSource(
  { owner, source, sourceSelection, function: computed, sizeMid }: SignalPath,
  context: BuildContext,
): SignalView {
  const name = context.nameOf(owner);
  const label = context.labelOf(owner);
  let input = select(context.signalsOf(source).output!, sourceSelection);
  if (sourceSelection?.kind === 'indices') {
    const gathered = wholeOf(context.signal({ name: `${name}.slice`, initial: zeros(input.shape) }));
    context.add(copy(`${label}: slice`, input, gathered, 'set'));
    input = gathered;
  }
  if (computed === null) return input;
  if (typeof computed !== 'function') throw targetsWithoutSolver(describeObject(owner));
  const output = wholeOf(context.signal({ name: `${name}.function`, initial: zeros([sizeMid]) }));
  const description = describeObject(owner);
  context.add(
    hostFunction(`${label}: function`, {
      node: null,
      takesTime: false,
      make: () => (time, values) => callChecked(description, sizeMid, time, () => computed(vectorOf(values))),
      input,
      output,
    }),
  );
  return output;
}

function buildWeights(
  owner: Connection | Probe,
  initial: NdArray,
  input: SignalView,
  context: BuildContext,
): SignalView {
  const name = context.nameOf(owner);
  const label = context.labelOf(owner);
  const trainable = owner.kind === 'connection' && context.isTrainable({ array: 'weights', connection: owner });
  const weights = wholeOf(context.signal({ name: `${name}.weights`, initial, role: 'parameter', trainable }));
  const isMatrix = initial.rank === 2;
  const size = isMatrix ? initial.shape[0]! : input.shape[0]!;
  const weighted = wholeOf(context.signal({ name: `${name}.weighted`, initial: zeros([size]) }));
  context.add(reset(`${label}: weighted`, weighted));
  context.add((isMatrix ? dotInc : elementwiseInc)(`${label}: weights`, weights, input, weighted));
  context.setSignals(owner, { weights });
  return weighted;
}
