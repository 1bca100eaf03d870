/** @file Probes: what is recorded of a step. */
import type { BuildContext, BuildFunction, SignalView } from '@ndl/core';
import { describeObject, noTransform, type Ensemble, type Probe } from '@ndl/model';
import { zeros } from '@ndl/numerics';
import { attributeNotBuilt } from './build-errors.ts';
import { copy, reset } from './operators.ts';
import { buildPath, buildSynapse } from './signal-path.ts';
import { select, wholeOf } from './views.ts';

/**
 * The decoded output of an ensemble comes over a path of its own, with the probe's seed, solver and synapse, whose
 * weights are never trained. Every other attribute is a signal of the target, recorded after the step, or filtered by
 * the synapse.
 */
export const PROBE_BUILD: BuildFunction<'probe'> = {
  kind: 'probe',
  async build(probe, context) {
    const { targetObject, attribute } = probe;
    const isDecoded = targetObject.kind === 'ensemble' && attribute === 'decodedOutput';
    const view = await (isDecoded ? decodedValue(probe, targetObject, context) : attributeValue(probe, context));
    context.probe(probe, view);
  },
};

async function decodedValue(probe: Probe, ensemble: Ensemble, context: BuildContext): Promise<SignalView> {
  const label = context.labelOf(probe);
  const recorded = wholeOf(
    context.signal({ name: `${context.nameOf(probe)}.recorded`, initial: zeros([probe.sizeIn]) }),
  );
  context.add(reset(label, recorded));
  const arriving = await buildPath(
    {
      owner: probe,
      source: ensemble,
      sourceSelection: probe.selection,
      function: null,
      sizeMid: probe.sizeIn,
      transform: noTransform(probe.sizeIn),
      solver: probe.solver,
      evalPoints: null,
      scaleEvalPoints: true,
      synapse: probe.synapse,
      targetEncoders: null,
    },
    context,
  );
  context.add(copy(label, arriving, recorded, 'inc'));
  return recorded;
}

/** Attributes that signals are known by under another name. */
const ROLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ensemble: { scaledEncoders: 'encoders' },
  connection: { output: 'weighted' },
};

async function attributeValue(probe: Probe, context: BuildContext): Promise<SignalView> {
  const { targetObject, attribute, synapse, selection } = probe;
  const signals = context.signalsOf(targetObject);
  const found = signals[ROLES[targetObject.kind]?.[attribute] ?? attribute] ?? directEncoders(probe, context);
  if (found === undefined) {
    throw attributeNotBuilt(describeObject(probe), attribute, describeObject(targetObject), Object.keys(signals));
  }
  const view = select(found, selection);
  if (synapse === null) return view;
  const filtered = await buildSynapse(probe, synapse, view, context);
  const recorded = wholeOf(context.signal({ name: `${context.nameOf(probe)}.recorded`, initial: zeros(view.shape) }));
  context.add(copy(context.labelOf(probe), filtered, recorded, 'set'));
  return recorded;
}

/** What a probe of the scaled encoders of a Direct ensemble records: the identity, which is nowhere multiplied by. */
function directEncoders({ targetObject, attribute }: Probe, context: BuildContext): SignalView | undefined {
  if (targetObject.kind !== 'ensemble' || attribute !== 'scaledEncoders') return undefined;
  const { scaledEncoders } = context.builtEnsemble(targetObject);
  const encoders = wholeOf(
    context.signal({ name: `${context.nameOf(targetObject)}.encoders`, initial: scaledEncoders }),
  );
  context.setSignals(targetObject, { encoders });
  return encoders;
}
