/** @file `Node`: where a network meets the world: constants, functions, processes, and junctions that pass vectors on. */
import { isNdArray, type ArrayLikeInput, type NdArray } from '@ndl/numerics';
import { isArrayInput, orNull, text, wholeNumber, type Check } from './checks.ts';
import { requireNetwork } from './context.ts';
import { invalidParameter, nodeSeed, optionConflict } from './errors.ts';
import { isOfFamily } from './frozen-data.ts';
import type { NodeFunction } from './functions.ts';
import { describeNewcomer } from './naming.ts';
import { register, type Network } from './network.ts';
import { checkedOutput, sizesOfNode } from './node-output.ts';
import { viewAt, viewOfSlice, type ObjectView } from './object-view.ts';
import { parameter, resolveParameters, type Optional, type ParameterTable } from './parameters.ts';
import type { Process } from './processes.ts';
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
  readonly label: string | null;
  readonly seed: null;
}

const noSeed: Check<null> = (value, where) => {
  if (value !== null) throw nodeSeed(where);
  return value;
};

/** A source, a function of what it receives, or a junction. */
export class Node {
  static readonly kind = 'node';
  static readonly parameters: ParameterTable<NodeValues> = {
    output: parameter(null, checkedOutput),
    sizeIn: parameter(null, orNull(wholeNumber(0))),
    sizeOut: parameter(null, orNull(wholeNumber(0))),
    label: parameter(null, orNull(text)),
    seed: parameter(null, noSeed),
  };

  readonly kind = 'node';
  readonly network: Network;
  readonly output: NodeOutput;
  readonly sizeIn: number;
  readonly sizeOut: number;
  readonly label: string | null;
  readonly seed: null = null;

  /**
   * `new Node(output, options)`, or `new Node(options)`. A function is called once, with time 0 and an input of zeros, if
   * `sizeOut` is not given.
   * @throws NdlError NETWORK_CONTEXT outside a network; UNKNOWN_OPTION, INVALID_PARAMETER, NON_FINITE, SHAPE_MISMATCH,
   * OPTION_CONFLICT, NODE_SEED, FUNCTION_ARGUMENTS, FUNCTION_FAILED, FUNCTION_RESULT for what is wrong with the arguments.
   */
  constructor(output?: NodeOutputInput, options?: NodeOptions);
  constructor(options: NodeOptions);
  constructor(first?: NodeOutputInput | NodeOptions, second?: NodeOptions) {
    this.network = requireNetwork('A Node');
    const given = isNodeOptions(first) ? first : { ...second, ...(first !== undefined && { output: first }) };
    const subject = describeNewcomer('node', given.label, this.network);
    if (isNodeOptions(first) && second !== undefined)
      throw optionConflict(subject, 'options were given twice; give (output, options) or (options).');
    if (second !== undefined && (typeof second !== 'object' || second === null))
      throw invalidParameter(`${subject}: the options`, 'an object', second);
    const values = resolveParameters('node', Node.parameters, given, subject);
    const { sizeIn, sizeOut } = sizesOfNode(values, subject);
    this.output = values.output;
    this.sizeIn = sizeIn;
    this.sizeOut = sizeOut;
    this.label = values.label;
    register(this);
  }

  /** Attributes that probes may name. */
  get probeable(): readonly string[] {
    return ['output'];
  }

  /** Some elements: at an index, at a list of indices, or where a list of flags is true. @throws NdlError INVALID_SELECTION */
  at(index: IndexInput): ObjectView<Node> {
    return viewAt<Node>(this, index);
  }

  /** Elements from `start` up to but excluding `end`, every `step`-th. @throws NdlError INVALID_SELECTION */
  slice(start?: number | null, end?: number | null, step?: number | null): ObjectView<Node> {
    return viewOfSlice<Node>(this, start, end, step);
  }
}

function isNodeOptions(value: NodeOutputInput | NodeOptions | undefined): value is NodeOptions {
  if (typeof value !== 'object' || value === null || isArrayInput(value) || isNdArray(value)) return false;
  return !isOfFamily(value, 'process') && !('kind' in value);
}
