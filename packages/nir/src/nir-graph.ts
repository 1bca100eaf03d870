/** @file A graph of NIR as plain data: nodes by name, and directed edges between them. */
import type { NdArray } from '@ndl/numerics';
import type { NirType } from './node-types.ts';

/** Numbers of a node: an array, whose type of storage is that of the file; a whole number or a list of them; or a word. */
export type NirValue = NdArray | number | readonly number[] | string;

/** What a file says of a node beside its parameters. */
export type NirMetadata = ReadonlyMap<string, NirValue>;

/** A node: its kind, and its parameters by the names of NIR. Times are in seconds. */
export interface NirNode {
  readonly type: NirType;
  readonly parameters: ReadonlyMap<string, NirValue>;
  readonly metadata?: NirMetadata;
}

/** From the output of a node to the input of a node, by name. */
export type NirEdge = readonly [from: string, to: string];

/** A graph, or a node that is one. */
export interface NirGraph {
  readonly type: 'NIRGraph';
  /** Of the file that it was in; absent for graphs within graphs, and for those that were never in one. */
  readonly version?: string;
  readonly nodes: ReadonlyMap<string, NirNode | NirGraph>;
  /** In their order in the file. */
  readonly edges: readonly NirEdge[];
  readonly metadata?: NirMetadata;
  /** What was read otherwise than it is written: sentences for people. Absent where nothing was. */
  readonly notes?: readonly string[];
}
