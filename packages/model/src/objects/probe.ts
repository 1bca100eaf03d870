/** @file `Probe`: a recording of what an object does. */
import { refuseSurplus } from '@ndl/numerics';
import { guardAssignments } from './assignment-guard.ts';
import { notTiny, orNull, seedNumber, text } from '../data/checks.ts';
import { configuredDefault, defaultWithin, requireNetwork } from '../networks/context.ts';
import { Connection } from './connection.ts';
import { describeNewcomer, describeObject } from '../networks/naming.ts';
import { register, type Network } from '../networks/network.ts';
import { objectOf, selectionOf, type ProbeTarget, type Viewable } from './objects.ts';
import {
  namedChanges,
  namesOf,
  parameter,
  resolveParameters,
  type Optional,
  type ParameterTable,
} from '../config/parameters.ts';
import { changedValues, defineParameterProperties, type RecordedWith } from './parameter-properties.ts';
import { checkAttribute, checkSolver, checkTarget } from './probe-checks.ts';
import { Recorded, recordOf, replaceRecord } from './recorded.ts';
import type { Selection } from './selection.ts';
import { solver as checkedSolver, type Solver } from '../solvers/solvers.ts';
import { synapseOrNull, type Synapse, type SynapseInput } from '../synapses/synapses.ts';

/** Parameters of probes, as users write them. */
export interface ProbeParameters {
  /** One of the target's `probeable`. Default null: the first of them. */
  attribute: string | null;
  /**
   * Seconds between samples, above 1e-10. Default null: every step. Samples are all that there is of the probe, in calls with data
   * too: predictions, targets, losses and metrics are of them.
   */
  sampleEvery: number | null;
  /** Default null. */
  synapse: SynapseInput;
  /** Of the decoders of a probed ensemble, and for nothing else. Default null: what connections have by default here. */
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

interface ProbeRecord {
  readonly network: Network;
  readonly target: ProbeTarget;
  /** As given. */
  readonly values: ProbeValues;
  readonly solver: Solver;
}

/** What can be read of a probe, and assigned to; beside its attribute and solver. */
interface ProbeProperties {
  /** Seconds between samples; null for every step. */
  sampleEvery: number | null;
  get synapse(): Synapse | null;
  set synapse(synapse: SynapseInput);
  label: string | null;
  seed: number | null;
}

const ProbeBase: RecordedWith<ProbeRecord, ProbeProperties> = Recorded as never;

/** Records an attribute of an object, or of a slice of one. */
export class Probe extends ProbeBase {
  static readonly kind = 'probe';
  static readonly parameters: ParameterTable<ProbeValues> = {
    attribute: parameter(null, orNull(text)),
    sampleEvery: parameter(null, orNull(notTiny)),
    synapse: parameter(null, synapseOrNull),
    solver: parameter(null, orNull(checkedSolver)),
    label: parameter(null, orNull(text)),
    seed: parameter(null, orNull(seedNumber)),
  };

  static {
    const another = 'a probe stays at its target; make another probe';
    defineParameterProperties<Probe, ProbeValues>(this, namesOf(this.parameters), replace);
    guardAssignments(Probe, {
      describe: (object) => describeObject(object as Probe),
      ways: {
        target: another,
        targetObject: another,
        selection: another,
        sizeIn: another,
        network: 'an object stays where it was made; make another in that network',
      },
    });
  }

  /**
   * @throws NdlError NETWORK_CONTEXT outside a network; NOT_PROBEABLE, UNKNOWN_ATTRIBUTE, FOREIGN_OBJECT for the target;
   * UNKNOWN_OPTION, INVALID_OPTION for the options; OPTION_CONFLICT for a solver where nothing is decoded.
   */
  constructor(target: ProbeTarget, options: ProbeOptions = {}) {
    refuseSurplus('new Probe', arguments, 2);
    const network = requireNetwork('A Probe');
    const subject = describeNewcomer('probe', options?.label, network);
    checkTarget(target, network, subject);
    const values = resolveParameters('probe', Probe.parameters, options, subject);
    checkAttribute(target, values.attribute, subject);
    checkSolver(target, values.attribute, options.solver, subject);
    super({ network, target, values, solver: values.solver ?? solverOfConnections(configuredDefault) });
    register(this);
  }

  get kind(): 'probe' {
    return 'probe';
  }

  get network(): Network {
    return recordOf<ProbeRecord>(this).network;
  }

  /** As given: an object, or a slice of one. */
  get target(): ProbeTarget {
    return recordOf<ProbeRecord>(this).target;
  }

  /** The object that `target` is, or is a slice of. */
  get targetObject(): Viewable | Connection {
    return objectOf(this.target);
  }

  /** Which elements of the object; null for all. */
  get selection(): Selection | null {
    return selectionOf(this.target, 'ofOutput');
  }

  /** What of the target is recorded. */
  get attribute(): string {
    return recordOf<ProbeRecord>(this).values.attribute ?? this.target.probeable[0]!;
  }

  set attribute(attribute: string | null) {
    replace(this, { attribute });
  }

  /** Of the decoders of a probed ensemble. */
  get solver(): Solver {
    return recordOf<ProbeRecord>(this).solver;
  }

  set solver(solver: Solver | null) {
    replace(this, { solver });
  }

  /** Size of the target, or of the slice of it. */
  get sizeIn(): number {
    return this.target.sizeOut;
  }

  get sizeOut(): number {
    return 0;
  }

  /** Replaces the solver of its decoders; what is learnt returns to a model this way. @throws NdlError INVALID_OPTION */
  replaceSolver(solver: Solver): void {
    refuseSurplus('replaceSolver', arguments, 1);
    replace(this, { solver: checkedSolver(solver, `${describeObject(this)}: solver`) });
  }

  /**
   * Replaces parameters, as if the probe had been made with them. All or nothing; assigning to one of its properties does
   * the same for one. @throws NdlError as the constructor.
   */
  replaceParameters(changes: ProbeOptions): void {
    refuseSurplus('replaceParameters', arguments, 1);
    replace(this, namedChanges(changes, describeObject(this)));
  }
}

function replace(probe: Probe, changes: ProbeOptions): void {
  const { subject, record, values } = changedValues<ProbeRecord>(probe, Probe.parameters, changes);
  checkAttribute(probe.target, values.attribute, subject);
  checkSolver(probe.target, values.attribute, changes.solver, subject);
  const solver =
    changes.solver === null
      ? solverOfConnections((kind, name) => defaultWithin(probe.network, kind, name))
      : (values.solver ?? record.solver);
  replaceRecord(probe, { ...record, values, solver });
}

/** The solver that connections have by default where `defaultOf` looks. */
function solverOfConnections(defaultOf: typeof configuredDefault): Solver {
  const configured = defaultOf('connection', 'solver');
  return (configured?.value as Solver | undefined) ?? Connection.parameters.solver.fallback!.value;
}

/** Whether what a probe records are spikes: the unfiltered output of neurons whose type is `spiking`, or of some of them. */
export function recordsSpikes({ targetObject, attribute, synapse }: Probe): boolean {
  refuseSurplus('recordsSpikes', arguments, 1);
  const isOutput = targetObject.kind === 'neurons' && attribute === 'output' && synapse === null;
  return isOutput && targetObject.ensemble.neuronType.spiking;
}
