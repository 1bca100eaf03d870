/** @file A node of an ONNX graph with what comes into it. */
import type { NdArray } from '@ndl/numerics';
import type { Layer } from '../layer-graph.ts';
import type { OnnxNode } from './onnx-file.ts';

/** What a name stands for: an array that is known, or what a layer puts out. */
export type OnnxValue = { readonly constant: NdArray } | { readonly layer: Layer };

/** A node with what comes into it. */
export interface OnnxCall {
  readonly node: OnnxNode;
  readonly title: string;
  /** Undefined where an optional input is left out. */
  readonly inputs: readonly (OnnxValue | undefined)[];
  /** Of the operators. */
  readonly version: number;
  /** Items that the graph was made for; 1 where it leaves them open. */
  readonly items: number;
  /** Whether what comes in are whole numbers. */
  readonly isWhole: boolean;
}
