/** @file What a node without input gives by itself, when nothing is fed to it. */
import type { ProcessDefinition, ProcessStep, ProcessTools } from '@ndl/core';
import { describeObject, kept, vectorOf, type Node, type NodeFunction, type Process } from '@ndl/model';
import { isNdArray, refuseSurplus } from '@ndl/numerics';
import { processStep, withStateOf, type StepMaker } from '../checked/process-step.ts';
import { processTools } from '../processes/process-tools.ts';
import { callChecked } from './checked-output.ts';

/** The default source of a node without input. */
export type NodeSource =
  /** The same at each step, for each item; to be read only. */
  | { readonly kind: 'constant'; readonly value: Float64Array }
  /**
   * `make(item)` gives a fresh function of the time in seconds, to be called once per step. Its vectors are checked. What takes long in
   * making it for some items can be prepared.
   */
  | ({ readonly kind: 'function'; make(item: number): SourceStep } & Pick<StepMaker, 'prepare' | 'operations'>);

/** One running copy of a source, with what its process offers to save. */
export interface SourceStep extends Pick<ProcessStep, 'save' | 'restore'> {
  (time: number): Float64Array;
}

/** What sources need to know. */
export interface NodeSourceOptions {
  readonly dt: number;
  /** Of a process; see `processSeed`. */
  readonly seed: number;
  /** Looks up a process definition. @throws NdlError UNKNOWN_KIND */
  process(kind: string): ProcessDefinition;
  /** The plugin that contributed a definition, for messages. */
  pluginOf?: ((definition: object) => string | undefined) | undefined;
  /** What processes may ask of what others define. Default: of the built-in definitions. */
  tools?: ProcessTools;
}

/**
 * The source of `node`, which has no input. Functions that it makes throw NdlError NODE_OUTPUT_INVALID, naming node
 * and time, for what is not a vector of finite numbers of the node's size.
 */
export function nodeSource(node: Node, options: NodeSourceOptions): NodeSource {
  refuseSurplus('nodeSource', arguments, 2);
  const output = kept(node, 'output');
  if (output === null) return { kind: 'constant', value: new Float64Array(node.sizeOut) };
  // Constants are kept in double precision.
  if (isNdArray(output)) return { kind: 'constant', value: output.data as Float64Array };
  const make = nodeStep(node, output, options);
  const nothing = new Float64Array();
  return {
    kind: 'function',
    make: (item) => {
      const step = make(item);
      return withStateOf(step, (time: number) => step(time, nothing));
    },
    ...(make.prepare !== undefined && { prepare: make.prepare }),
    ...(make.operations !== undefined && { operations: make.operations }),
  };
}

/**
 * `make(item)` gives a fresh function of time and input that calls the node's function or process, and checks the
 * result.
 */
export function nodeStep(
  node: Node,
  output: NodeFunction | Process,
  { dt, seed, process, pluginOf, tools = processTools() }: NodeSourceOptions,
): StepMaker {
  const { sizeIn, sizeOut } = node;
  const label = describeObject(node);
  if (typeof output === 'function') {
    return () => (time, input) => callChecked(label, sizeOut, time, () => output(time, vectorOf(input)));
  }
  const definition = process(output.kind);
  const plugin = pluginOf?.(definition);
  return processStep(output, definition, { label, dt, sizeIn, sizeOut, seed, plugin, tools });
}
