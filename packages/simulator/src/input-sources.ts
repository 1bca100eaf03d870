/** @file What flows into input nodes that no data are given for: their constant, function or process. */
import type { InputFeed, OperatorGraph, ProcessDefinition } from '@ndl/core';
import { inputName } from '@ndl/compiler';
import { checkedOutput } from '@ndl/builder';
import type { Node } from '@ndl/model';
import { isNdArray, type FloatArray } from '@ndl/numerics';

/** What input sources are made with. */
export interface InputSourceOptions {
  readonly dt: number;
  readonly processes: ReadonlyMap<string, ProcessDefinition>;
  labelOf(node: Node): string;
  /** Seed of a node's process for one item. */
  seedOf(node: Node, item: number): number;
}

/** Default feeds, by input name. */
export type InputSources = ReadonlyMap<string, InputFeed>;

/**
 * Fresh sources for a batch of `items`. Constants are held. Functions are called once per step, in the order in which the
 * nodes were created, and shared over the batch; processes run once per item.
 */
export function inputSources(graph: OperatorGraph, items: number, options: InputSourceOptions): InputSources {
  return new Map(graph.inputs.map(({ node }, index) => [inputName(graph, index), sourceOf(node, items, options)] as const));
}

function sourceOf(node: Node, items: number, options: InputSourceOptions): InputFeed {
  const { output, sizeOut } = node;
  const label = options.labelOf(node);
  if (output === null) return { kind: 'held', data: new Float64Array(items * sizeOut) };
  if (isNdArray(output)) return { kind: 'held', data: repeated(output.data, items) };
  if (typeof output === 'function') {
    const call = output as unknown as (time: number) => unknown;
    return { kind: 'source', call: (time, _step, into) => fillItems(into, checkedOutput(label, sizeOut, time, call(time))) };
  }
  const definition = options.processes.get(output.kind)!;
  const steps = Array.from({ length: items }, (_, item) =>
    definition.makeStep(output, { dt: options.dt, sizeIn: 0, sizeOut, item, seed: options.seedOf(node, item) }),
  );
  const nothing = new Float64Array(0);
  return {
    kind: 'source',
    call: (time, _step, into) =>
      steps.forEach((step, item) => into.set(checkedOutput(label, sizeOut, time, step(time, nothing)), item * sizeOut)),
  };
}

function repeated(values: FloatArray, items: number): FloatArray {
  const all = new Float64Array(values.length * items);
  fillItems(all, values);
  return all;
}

function fillItems(into: FloatArray, values: ArrayLike<number>): void {
  for (let offset = 0; offset < into.length; offset += values.length) into.set(values, offset);
}
