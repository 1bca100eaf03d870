/** @file `Node`: where a network meets the world: constants, functions, processes, and junctions that pass vectors on. */
import { isNdArray, type ArrayLikeInput, type NdArray, refuseSurplus } from '@ndl/numerics';
import { guardAssignments } from './assignment-guard.ts';
import { checkOptions, flag, isArrayInput, orNull, text, wholeNumber, type Check } from '../data/checks.ts';
import { requireNetwork } from '../networks/context.ts';
import { replaceWithDependents } from './dependents.ts';
import { optionConflict } from '../errors.ts';
import { nodeSeed } from './object-errors.ts';
import { isOfFamily } from '../data/frozen-data.ts';
import type { NodeFunction } from './functions.ts';
import { describeNewcomer, describeObject } from '../networks/naming.ts';
import { register, type Network } from '../networks/network.ts';
import { checkedOutput, sizesOfNode } from './node-output.ts';
import { viewAt, viewOfSlice, type ObjectView } from './object-view.ts';
import {
  namedChanges,
  namesOf,
  parameter,
  resolveParameters,
  type Optional,
  type ParameterTable,
} from '../config/parameters.ts';
import { changedValues, defineParameterProperties, type RecordedWith } from './parameter-properties.ts';
import type { Process } from '../processes/processes.ts';
import { Recorded, recordOf } from './recorded.ts';
import type { IndexInput } from './selection.ts';

/** What a node computes, as users write it: null for passthrough, a constant, a function of time (and input), a process. */
export type NodeOutputInput = NodeFunction | Process | ArrayLikeInput | null;

/** What a node computes: null for passthrough, a constant of shape [size], a function, a process. */
export type NodeOutput = NodeFunction | Process | NdArray | null;

/** Parameters of nodes, as users write them. */
export interface NodeParameters {
  /** Default null: passes its input on. */
  output: NodeOutputInput;
  /** Size of the input. Default null: the process's, or 0. */
  sizeIn: number | null;
  /** Size of the output. Default null: that of the constant or process, or found by calling the function once. */
  sizeOut: number | null;
  /**
   * Whether a function only computes, and does not act on the world: nothing that is fed later depends on its being called in
   * time. Then it may be called for many steps in a row. Default false.
   */
  inert: boolean;
  /**
   * Whether a source follows the world while a run lasts, as a slider does: then the event loop gets its turn every 10 ms, and what
   * the source gives is asked for no longer ahead, as far as can be foreseen. Default false: up to 50 ms.
   */
  live: boolean;
  label: string | null;
  /** Nodes take none: a process has a seed of its own. */
  seed: null;
}

/** Options of `new Node`. */
export type NodeOptions = Optional<NodeParameters>;

interface NodeValues {
  readonly output: NodeOutput;
  readonly sizeIn: number | null;
  readonly sizeOut: number | null;
  readonly inert: boolean;
  readonly live: boolean;
  readonly label: string | null;
  readonly seed: null;
}

const noSeed: Check<null> = (value, where) => {
  if (value !== null) throw nodeSeed(where);
  return value;
};

interface NodeRecord {
  readonly network: Network;
  /** As given. */
  readonly values: NodeValues;
  readonly sizeIn: number;
  readonly sizeOut: number;
  /** Nodes that were made before, in whichever network. Copies have that of their original. */
  readonly before: number;
}

let made = 0;

/** Parameters that say nothing of sizes. */
const OF_NO_SIZE: readonly string[] = ['label', 'seed', 'inert', 'live'];

/** What can be read of a node, and assigned to. */
interface NodeProperties {
  /** A constant is a copy. Another output must fit the sizes that the node has. */
  get output(): NodeOutput;
  set output(output: NodeOutputInput);
  /** Whether a function only computes, and does not act on the world. */
  inert: boolean;
  /** Whether a source follows the world while a run lasts, as a slider does. */
  live: boolean;
  label: string | null;
  /** Nodes take none: a process has a seed of its own. */
  seed: null;
}

const NodeBase: RecordedWith<NodeRecord, NodeProperties> = Recorded as never;

/** A source, a function of what it receives, or a junction. */
export class Node extends NodeBase {
  static readonly kind = 'node';
  static readonly parameters: ParameterTable<NodeValues> = {
    output: parameter(null, checkedOutput),
    sizeIn: parameter(null, orNull(wholeNumber(0))),
    sizeOut: parameter(null, orNull(wholeNumber(0))),
    inert: parameter(false, flag),
    live: parameter(false, flag),
    label: parameter(null, orNull(text)),
    seed: parameter(null, noSeed),
  };

  static {
    const another = 'sizes are fixed; make another node';
    defineParameterProperties<Node, NodeValues>(this, namesOf(this.parameters), replace);
    guardAssignments(Node, {
      describe: (object) => describeObject(object as Node),
      ways: {
        sizeIn: another,
        sizeOut: another,
        network: 'an object stays where it was made; make another in that network',
      },
    });
  }

  /**
   * `new Node(output, options)`, or `new Node(options)`. A function is called once, with time 0 and an input of zeros, if
   * `sizeOut` is not given.
   * @throws NdlError NETWORK_CONTEXT outside a network; UNKNOWN_OPTION, INVALID_OPTION, NOT_FINITE, SHAPE_MISMATCH,
   * OPTION_CONFLICT, NODE_SEED, FUNCTION_ARGUMENTS, FUNCTION_FAILED, FUNCTION_RESULT for what is wrong with the arguments.
   */
  constructor(output?: NodeOutputInput, options?: NodeOptions);
  constructor(options: NodeOptions);
  constructor(first?: NodeOutputInput | NodeOptions, second?: NodeOptions) {
    refuseSurplus('new Node', arguments, 2);
    const network = requireNetwork('A Node');
    const given = isNodeOptions(first) ? first : { ...second, ...(first !== undefined && { output: first }) };
    const subject = describeNewcomer('node', given.label, network);
    if (isNodeOptions(first) && second !== undefined)
      throw optionConflict(subject, 'options were given twice; give (output, options) or (options).');
    if (second !== undefined) checkOptions(second, Object.keys(Node.parameters), subject);
    const values = resolveParameters('node', Node.parameters, given, subject);
    super({ network, values, ...sizesOfNode(values, subject), before: made++ });
    register(this);
  }

  get kind(): 'node' {
    return 'node';
  }

  get network(): Network {
    return recordOf<NodeRecord>(this).network;
  }

  get sizeIn(): number {
    return recordOf<NodeRecord>(this).sizeIn;
  }

  get sizeOut(): number {
    return recordOf<NodeRecord>(this).sizeOut;
  }

  /** Attributes that probes may name. */
  get probeable(): readonly string[] {
    return ['output'];
  }

  /** Some elements: at an index, at a list of indices, or where a list of flags is true. @throws NdlError INVALID_SELECTION */
  at(index: IndexInput): ObjectView<Node> {
    refuseSurplus('at', arguments, 1);
    return viewAt<Node>(this, index);
  }

  /** Elements from `start` up to but excluding `end`, every `step`-th. @throws NdlError INVALID_SELECTION */
  slice(start?: number | null, end?: number | null, step?: number | null): ObjectView<Node> {
    refuseSurplus('slice', arguments, 3);
    return viewOfSlice<Node>(this, start, end, step);
  }

  /**
   * Replaces parameters, as if the node had been made with them. All or nothing; assigning to one of its properties does
   * the same for one. @throws NdlError as the constructor, and as that of a connection or probe that could not live with
   * the change; OPTION_CONFLICT for a change of size.
   */
  replaceParameters(changes: NodeOptions): void {
    refuseSurplus('replaceParameters', arguments, 1);
    replace(this, namedChanges(changes, describeObject(this)));
  }
}

/** Below 0 where node `a` was made before `b`, above where after, in whichever networks: sorts by order of creation. */
export function compareCreation(a: Node, b: Node): number {
  refuseSurplus('compareCreation', arguments, 2);
  return recordOf<NodeRecord>(a).before - recordOf<NodeRecord>(b).before;
}

function replace(node: Node, changes: NodeOptions): void {
  const { subject, record, values } = changedValues<NodeRecord>(node, Node.parameters, changes);
  const isSame = Object.keys(changes).every((name) => OF_NO_SIZE.includes(name));
  const { sizeIn, sizeOut } = isSame ? record : sizesOfNode(values, subject);
  if (sizeIn !== record.sizeIn || sizeOut !== record.sizeOut) {
    throw optionConflict(
      subject,
      `its sizes are fixed, ${record.sizeIn} in and ${record.sizeOut} out, and this would make them ${sizeIn} and ${sizeOut}; make another node instead.`,
    );
  }
  replaceWithDependents<NodeRecord>(node, { ...record, values }, 'output' in changes);
}

function isNodeOptions(value: NodeOutputInput | NodeOptions | undefined): value is NodeOptions {
  if (typeof value !== 'object' || value === null || isArrayInput(value) || isNdArray(value)) return false;
  return !isOfFamily(value, 'process') && !('kind' in value);
}
