/** @file `Probe`: a recording of what an object does. */
import { notTiny, ofFamily, orNull, seedNumber, text, type Check } from './checks.ts';
import { configuredDefault, requireNetwork } from './context.ts';
import { Connection } from './connection.ts';
import { invalidParameter, notProbeable, otherNetwork, unknownProbeAttribute } from './errors.ts';
import { describeNewcomer, describeObject } from './naming.ts';
import { register, type Network } from './network.ts';
import { isNetworkObject, type ProbeTarget, type Sliceable } from './objects.ts';
import { parameter, resolveParameters, type Optional, type ParameterTable } from './parameters.ts';
import type { Selection } from './selection.ts';
import type { Solver } from './solvers.ts';
import { synapseOrNull, type Synapse, type SynapseInput } from './synapses.ts';

/** Parameters of probes, as users write them. */
export interface ProbeParameters {
  /** One of the target's `probeable`. Default null: the first of them. */
  attribute: string | null;
  /** Seconds between samples, above 1e-10. Default null: every step. */
  sampleEvery: number | null;
  /** Default null. */
  synapse: SynapseInput;
  /** Of the decoders of a probed ensemble. Default null: what connections have by default here. */
  solver: Solver | null;
  label: string | null;
  /** Null, the default, for one drawn from the network's. */
  seed: number | null;
}

/** Options of `new Probe`. */
export type ProbeOptions = Optional<ProbeParameters>;

interface ProbeValues {
  readonly attribute: string | null;
  readonly sampleEvery: number | null;
  readonly synapse: Synapse | null;
  readonly solver: Solver | null;
  readonly label: string | null;
  readonly seed: number | null;
}

const checkedSolver: Check<Solver> = ofFamily<Solver>('solver', 'a solver, as made by lstsqL2 …');

/** Records an attribute of an object, or of a slice of one. */
export class Probe {
  static readonly kind = 'probe';
  static readonly parameters: ParameterTable<ProbeValues> = {
    attribute: parameter(null, orNull(text)),
    sampleEvery: parameter(null, orNull(notTiny)),
    synapse: parameter(null, synapseOrNull),
    solver: parameter(null, orNull(checkedSolver)),
    label: parameter(null, orNull(text)),
    seed: parameter(null, orNull(seedNumber)),
  };

  readonly kind = 'probe';
  readonly network: Network;
  /** As given: an object, or a slice of one. */
  readonly target: ProbeTarget;
  /** The object that `target` is, or is a slice of. */
  readonly targetObject: Sliceable | Connection;
  /** Which elements of the object; null for all. */
  readonly selection: Selection | null;
  readonly attribute: string;
  readonly sampleEvery: number | null;
  readonly synapse: Synapse | null;
  readonly solver: Solver;
  readonly label: string | null;
  readonly seed: number | null;

  /**
   * @throws NdlError NETWORK_CONTEXT outside a network; NOT_PROBEABLE, UNKNOWN_ATTRIBUTE, OTHER_NETWORK for the target;
   * UNKNOWN_OPTION, INVALID_PARAMETER for the options.
   */
  constructor(target: ProbeTarget, options: ProbeOptions = {}) {
    this.network = requireNetwork('A Probe');
    const subject = describeNewcomer('probe', options?.label, this.network);
    checkTarget(target, this.network, subject);
    const values = resolveParameters('probe', Probe.parameters, options, subject);
    this.target = target;
    this.targetObject = target.kind === 'view' ? target.object : target;
    this.selection = target.kind === 'view' ? target.selection : null;
    this.attribute = attributeOf(target, values.attribute, subject);
    this.sampleEvery = values.sampleEvery;
    this.synapse = values.synapse;
    this.solver = values.solver ?? defaultSolver();
    this.label = values.label;
    this.seed = values.seed;
    register(this);
  }

  /** Size of the target, or of the slice of it. */
  get sizeIn(): number {
    return this.target.sizeOut;
  }

  get sizeOut(): number {
    return 0;
  }

  /** Replaces the solver of its decoders; what is learnt returns to a model this way. @throws NdlError INVALID_PARAMETER */
  replaceSolver(solver: Solver): void {
    Object.assign(this, { solver: checkedSolver(solver, `${describeObject(this)}: solver`) });
  }
}

function checkTarget(target: unknown, network: Network, subject: string): asserts target is ProbeTarget {
  if (!isNetworkObject(target)) {
    throw invalidParameter(
      `${subject}: target`,
      'an ensemble, its neurons, a node, a slice of those, or a connection',
      target,
    );
  }
  if (target.kind === 'network' || target.kind === 'probe') {
    throw notProbeable(
      subject,
      `${describeObject(target)} has nothing to probe; probe one of the objects in it, or its target.`,
    );
  }
  if (target.network.toplevel !== network.toplevel) throw otherNetwork(subject, 'its target', describeObject(target));
  if (target.sizeOut === 0) {
    throw notProbeable(
      subject,
      `${describeObject(target)} has no output${hasNoNeurons(target) ? ', for its ensemble is without neurons (direct)' : ''}.`,
    );
  }
}

function hasNoNeurons(target: ProbeTarget): boolean {
  return (target.kind === 'view' ? target.object : target).kind === 'neurons';
}

function attributeOf(target: ProbeTarget, attribute: string | null, subject: string): string {
  if (attribute === null) return target.probeable[0]!;
  if (!target.probeable.includes(attribute)) {
    throw unknownProbeAttribute(subject, attribute, describeObject(target), target.probeable);
  }
  return attribute;
}

function defaultSolver(): Solver {
  const configured = configuredDefault('connection', 'solver');
  return (configured?.value as Solver | undefined) ?? Connection.parameters.solver.fallback!.value;
}
