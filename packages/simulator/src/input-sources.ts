/** @file What flows into input nodes that no data are given for: their constant, function or process. */
import { nodeSource, processSeed, type BuildDefinitions } from '@ndl/builder';
import { inputName } from '@ndl/compiler';
import { indexByKind, type InputFeed, type OperatorGraph } from '@ndl/core';
import type { Node } from '@ndl/model';

/** What input sources are made with. */
export interface InputSourceOptions {
  readonly definitions: BuildDefinitions;
  readonly simulatorSeed: number;
}

/** Default feeds, by input name. */
export type InputSources = ReadonlyMap<string, InputFeed>;

/**
 * Fresh sources for a batch of `items`. Constants are held. Functions are called once per step, in the order in which the
 * nodes were created, and shared over the batch; processes run once per item.
 */
export function inputSources(graph: OperatorGraph, items: number, options: InputSourceOptions): InputSources {
  return new Map(graph.inputs.map(({ node }, index) => [inputName(graph, index), sourceOf(graph, node, items, options)] as const));
}

function sourceOf(graph: OperatorGraph, node: Node, items: number, { definitions, simulatorSeed }: InputSourceOptions): InputFeed {
  const { output } = node;
  const isProcess = typeof output === 'object' && output !== null && 'kind' in output;
  const seedOf = (object: object): number => graph.seeds.get(object)!;
  const processes = indexByKind(definitions.processes, 'process definitions', { replaceable: true });
  const source = nodeSource(node, {
    dt: graph.dt,
    seed: isProcess ? processSeed(output, node, { simulatorSeed, seedOf }) : 0,
    process: (kind) => processes.get(kind)!,
  });
  if (source.kind === 'constant') {
    const data = new Float64Array(items * node.sizeOut);
    for (let item = 0; item < items; item++) data.set(source.value, item * node.sizeOut);
    return { kind: 'held', data };
  }
  const steps = Array.from({ length: isProcess ? items : 1 }, (_, item) => source.make(item));
  return {
    kind: 'source',
    call: (time, _step, into) => {
      const values = steps.map((step) => step(time));
      for (let item = 0; item < items; item++) into.set(values[item % values.length]!, item * node.sizeOut);
    },
  };
}
