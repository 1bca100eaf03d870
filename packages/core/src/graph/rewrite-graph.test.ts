import { describe, expect, test } from 'vitest';
import { full } from '@ndl/numerics';
import { rewriteGraph, type Operator, type OperatorGraph, type SignalView } from '../index.ts';
import { sketchGraph } from './sketch-graph.test-helper.ts';

const base = sketchGraph([
  { label: 'a', sets: ['x'] },
  { label: 'b', reads: ['x[0:2]'], sets: ['y'] },
]);
const [x, y] = base.signals;
const probe = {} as OperatorGraph['probes'][number]['probe'];
const node = {} as OperatorGraph['inputs'][number]['node'];
class Opaque {
  readonly view: SignalView = { signal: x!, shape: [4] };
}
const [a, b] = base.operators;
const extended = {
  ...b!,
  nested: { views: [b!.reads[0]!, null], depth: { view: b!.reads[0]! } },
  opaque: new Opaque(),
  make: () => 1,
} as unknown as Operator;
const graph: OperatorGraph = {
  ...base,
  operators: [a!, extended],
  inputs: [{ node, signal: x! }],
  probes: [{ probe, view: { signal: x!, shape: [4] } }],
  objects: new Map([[node, { output: { signal: x!, shape: [4] }, input: { signal: y!, shape: [4] } }]]),
};

describe('rewriteGraph', () => {
  test('returns the graph itself where nothing changes', () => {
    expect(rewriteGraph(graph, {})).toBe(graph);
    expect(rewriteGraph(graph, { operators: new Map(), signals: new Map() })).toBe(graph);
  });

  test('replaces and drops operators in place', () => {
    const twin = { ...a!, label: 'twin' };
    expect(
      rewriteGraph(graph, {
        operators: new Map([
          [a!, [twin, a!]],
          [extended, []],
        ]),
      }).operators,
    ).toEqual([twin, a]);
    expect(graph.operators).toHaveLength(2);
  });

  test('replaces a signal wherever it is named, in what plugins add to operators too', () => {
    const ones = { ...x!, initial: full([4], 1) };
    const rewritten = rewriteGraph(graph, { signals: new Map([[x!, ones]]) });
    const [, second] = rewritten.operators as unknown as (typeof extended & {
      nested: { views: SignalView[]; depth: { view: SignalView } };
      opaque: Opaque;
    })[];
    expect(rewritten.signals).toEqual([ones, y]);
    expect(rewritten.signals[0]).toBe(ones);
    expect(rewritten.operators[0]!.sets[0]!.signal).toBe(ones);
    expect(rewritten.inputs[0]!.signal).toBe(ones);
    expect(rewritten.probes[0]!.view.signal).toBe(ones);
    expect(rewritten.objects.get(node)!['output']!.signal).toBe(ones);
    expect(second!.nested.views[0]!.signal).toBe(ones);
    expect(second!.nested.depth.view).toBe(second!.reads[0]);
    expect(second!.opaque).toBe((extended as unknown as { opaque: Opaque }).opaque);
    expect(graph.signals[0]).toBe(x);
  });

  test('keeps the identity of whatever names no replaced signal', () => {
    const rewritten = rewriteGraph(graph, { signals: new Map([[y!, { ...y!, initial: full([4], 2) }]]) });
    expect(rewritten.operators[0]).toBe(a);
    expect(rewritten.operators[1]).not.toBe(extended);
    expect(rewritten.operators[1]!.reads).toBe(extended.reads);
  });
});
