/** @file What must hold between a probe and its target. */
import { hintForPageNode } from '../data/checks.ts';
import { invalidParameter, optionConflict } from '../errors.ts';
import { otherNetwork } from '../networks/network-errors.ts';
import { notProbeable, unknownProbeAttribute } from './object-errors.ts';
import { describeObject } from '../networks/naming.ts';
import type { Network } from '../networks/network.ts';
import { requireWithin } from './object-view.ts';
import { isNetworkObject, objectOf, type ProbeTarget } from './objects.ts';
import { hintForOtherCopy } from './other-copies.ts';

/** Refuses what cannot be probed. @throws NdlError INVALID_OPTION, NOT_PROBEABLE, FOREIGN_OBJECT, INVALID_SELECTION */
export function checkTarget(target: unknown, network: Network, subject: string): asserts target is ProbeTarget {
  if (!isNetworkObject(target)) {
    throw invalidParameter(
      `${subject}: target`,
      'an ensemble, its neurons, a node, a slice of those, a connection, or its learning rule',
      target,
      hintForPageNode(target),
    );
  }
  if (target.kind === 'network' || target.kind === 'probe') {
    throw notProbeable(
      subject,
      `${describeObject(target)} has nothing to probe; probe one of the objects in it, or its target.`,
    );
  }
  if (target.network.toplevel !== network.toplevel)
    throw otherNetwork(subject, 'its target', describeObject(target), hintForOtherCopy(target));
  if (target.kind === 'learningRule') {
    if (target.type === undefined) throw notProbeable(subject, `${describeObject(target)} is no more.`);
    return;
  }
  if (target.sizeOut === 0) {
    if (target.kind === 'view') requireWithin(target, 'sizeOut', `${subject}: target`);
    const hasNoNeurons = objectOf(target).kind === 'neurons';
    throw notProbeable(
      subject,
      `${describeObject(target)} has no output${hasNoNeurons ? ', for its ensemble is without neurons (direct)' : ''}.`,
    );
  }
}

/** Refuses an attribute that the target does not have; null stands for the first. @throws NdlError UNKNOWN_ATTRIBUTE, NOT_PROBEABLE */
export function checkAttribute(target: ProbeTarget, attribute: string | null, subject: string): void {
  if (attribute === 'scaledEncoders' && target.kind === 'view' && target.object.kind === 'ensemble') {
    const whole = describeObject(target.object);
    throw notProbeable(
      subject,
      `'scaledEncoders' are [neurons, dimensions], and not of ${describeObject(target)}; probe those of ${whole}, and pick of what is recorded.`,
    );
  }
  if (attribute !== null && !target.probeable.includes(attribute)) {
    throw unknownProbeAttribute(subject, attribute, describeObject(target), target.probeable, ofNeurons(target));
  }
}

/** What can be probed of the neurons of an ensemble, or of one that some dimensions are of; of everything else nothing. */
function ofNeurons(target: ProbeTarget): readonly string[] {
  const object = target.kind === 'learningRule' ? target : objectOf(target);
  return object.kind === 'ensemble' && object.neurons.sizeOut > 0 ? object.neurons.probeable : [];
}

/** Refuses a solver where nothing is decoded: of all but the decoded output of an ensemble. @throws NdlError OPTION_CONFLICT */
export function checkSolver(target: ProbeTarget, attribute: string | null, solver: unknown, subject: string): void {
  const isGiven = solver !== undefined && solver !== null;
  if (!isGiven || (attribute ?? target.probeable[0]) === 'decodedOutput') return;
  const what = attribute === null ? describeObject(target) : `'${attribute}' of ${describeObject(target)}`;
  throw optionConflict(subject, `a solver finds decoders, and nothing is decoded from ${what}; leave it out.`);
}
