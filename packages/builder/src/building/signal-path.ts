/**
 * @file The path of a signal from an object to a target: slice, function or decoders, weights, synapse, delay. Connections
 * are paths, and so is what leads to a probe of a decoded value.
 */
import type { BuildContext, BuiltConnection, DiscreteSystem, SignalView } from '@ndl/core';
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
import { targetsWithoutSolver, transformApart } from './build-errors.ts';
import { callChecked } from './checked-output.ts';
import { delayInSteps } from './delay-steps.ts';
import { copy, delay, dotInc, elementwiseInc, hostFunction, reset, simSynapse } from './operators.ts';
import { buildLearntSynapse, learntTimeConstants } from './learnt-synapse.ts';
import { partOf } from './part-of.ts';
import type { SignalPath } from './path-parts.ts';
import { OperatorWriting } from './operator-writing.ts';
import { solveDecoders, type Decoding } from './solve-decoders.ts';
import { select, wholeOf } from './views.ts';
import { drawTransform, weightsOf, type DrawnTransform } from './weights.ts';

/**
 * Builds a path up to what arrives at its target, and returns that. Signals of the owner: `input` (the whole output of the
 * source), `operand` (what its weights see of it: the slice, or the function's result), `weights` where it has some, the parameters of a
 * transform that is kept apart, `weighted` (what arrives, after synapse and delay).
 */
export async function buildPath(path: SignalPath, context: BuildContext): Promise<SignalView> {
  let building: PathInBuilding = { path, context, random: new RandomState(context.seedOf(path.owner)), weights: null };
  for (const step of PATH_STEPS) building = { ...building, ...(await step(building)) };
  const { decoding = null, transform, weights, input, value } = building;
  context.setSignals(path.owner, {
    input: context.signalsOf(path.source).output!,
    operand: input!,
    weighted: value!,
  });
  context.setBuiltConnection(path.owner, {
    evalPoints: decoding?.evalPoints ?? null,
    decoders: decoding?.decoders ?? null,
    weights,
    parameters: transform?.arrays ?? {},
    ...timeConstantsOf(path, context),
    solverErrors: decoding?.errors ?? null,
    solverInfo: decoding?.info ?? null,
  });
  return value!;
}

function timeConstantsOf(
  { owner, synapse }: SignalPath,
  context: BuildContext,
): Pick<BuiltConnection, 'timeConstants'> {
  if (owner.kind !== 'connection' || synapse === null) return {};
  const timeConstants = learntTimeConstants(owner, synapse, context);
  return timeConstants === undefined ? {} : { timeConstants };
}

/** A path, as far as steps have built it. */
interface PathInBuilding {
  readonly path: SignalPath;
  readonly context: BuildContext;
  /** Of the path's seed; steps draw from it one after the other. */
  readonly random: RandomState;
  readonly decoding?: Decoding | null;
  /** One that is kept apart from the weights. */
  readonly transform?: DrawnTransform | undefined;
  /** What multiplies the input: decoders, a transform, encoders of the target, as far as they are one array. */
  readonly weights: NdArray | null;
  /** What the weights see of the source. */
  readonly input?: SignalView;
  /** What has become of it. */
  readonly value?: SignalView;
}

type PathStep = (building: PathInBuilding) => Promise<Partial<PathInBuilding>> | Partial<PathInBuilding>;

/** Solves for decoders, where the source has neurons. */
const decode: PathStep = async ({ path, context, random }) => ({
  decoding: isDecoded(path.source) ? await solveDecoders(path, path.source, context, random) : null,
});

/** Draws the transform. What is one array is multiplied into the weights; else these are the decoders alone. */
const weigh: PathStep = async ({ path, context, random, decoding }) => {
  const { owner, targetEncoders } = path;
  if (decoding?.fullWeights != null) return { weights: decoding.fullWeights };
  const transform = await partOf(owner, 'transform', () =>
    context.work.run(drawTransform(path.transform, context, random)),
  );
  const decoders = decoding?.decoders ?? null;
  if (transform.weights === undefined) {
    if (targetEncoders !== null) throw transformApart(describeObject(owner), path.transform.kind);
    return { transform, weights: decoders };
  }
  return { weights: await context.work.run(weightsOf(decoders, transform.weights, targetEncoders)) };
};

/** What the weights see of the source, and what they make of it. */
const multiply: PathStep = ({ path, context, decoding, weights }) => {
  const input = decoding === null ? buildSource(path, context) : context.signalsOf(path.source).output!;
  return { input, value: weights === null ? input : buildWeights(path.owner, weights, input, context) };
};

/** What a transform that is kept apart makes of that: its definition writes the operators. */
const transformApartFromWeights: PathStep = async ({ path, context, transform, value }) => {
  if (transform === undefined) return {};
  return { value: await partOf(path.owner, 'transform', () => buildTransform(path, transform, value!, context)) };
};

/** The filter, whose output others see one step later. */
const filter: PathStep = async ({ path: { owner, synapse }, context, value }) =>
  synapse === null ? {} : { value: await buildSynapse(owner, synapse, value!, context) };

/** What was there some steps before. */
const wait: PathStep = ({ path, context, value }) => ({ value: buildDelay(path.owner, value!, context) });

const PATH_STEPS: readonly PathStep[] = [decode, weigh, multiply, transformApartFromWeights, filter, wait];

function buildTransform(
  { owner, transform }: SignalPath,
  { definition, name, arrays }: DrawnTransform,
  input: SignalView,
  context: BuildContext,
): SignalView {
  const author = {
    name: `${context.nameOf(owner)}.transform`,
    label: `${context.labelOf(owner)}: transform`,
    definition: name,
  };
  const parameters = Object.fromEntries(
    (transform.parameters ?? []).map((parameter) => {
      const trainable = owner.kind === 'connection' && context.isTrainable({ array: parameter, connection: owner });
      const initial = arrays[parameter]!;
      const named = { name: `${context.nameOf(owner)}.${parameter}`, initial };
      return [parameter, wholeOf(context.signal({ ...named, role: 'parameter', trainable }))];
    }),
  );
  const writing = new OperatorWriting(author, context);
  const output = writing.signal('output', zeros([transform.shape[0]]));
  definition.build!(transform, { input, output, parameters }, writing);
  context.setSignals(owner, parameters);
  return output;
}

/** Adds the filter of `synapse` to the graph and returns its output, which others see one step after its input. */
export async function buildSynapse(
  owner: Connection | Probe,
  synapse: Synapse,
  input: SignalView,
  context: BuildContext,
): Promise<SignalView> {
  const named = { name: `${context.nameOf(owner)}.synapse`, label: `${context.labelOf(owner)}: synapse` };
  const learnt = owner.kind === 'connection' ? await buildLearntSynapse(owner, synapse, input, context) : undefined;
  if (learnt !== undefined) return learnt;
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
