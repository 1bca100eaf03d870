/** @file Graphs written by hand, and how tests run them. */
import { ndarray, type NdArray } from '@ndl/numerics';
import { defaultPlugins, Probe, REFERENCE_BACKEND, Simulator } from 'ndl';
import { nir, nirNetwork, type NirEdge, type NirGraph, type NirNode, type NirOptions, type NirType } from './index.ts';

type Given = Readonly<Record<string, unknown>>;

/** A node; nested lists become arrays, `int` wraps whole numbers. */
export function node(type: NirType, given: Given = {}): NirNode {
  const parameters = new Map<string, never>();
  for (const [name, value] of Object.entries(given)) {
    const isWhole = value instanceof Whole;
    parameters.set(
      name,
      (isWhole ? value.numbers : typeof value === 'string' ? value : ndarray(value as never)) as never,
    );
  }
  return { type, parameters };
}

class Whole {
  readonly numbers: number | readonly number[];
  constructor(numbers: number | readonly number[]) {
    this.numbers = numbers;
  }
}

export function int(numbers: number | readonly number[]): Whole {
  return new Whole(numbers);
}

export function graph(nodes: Readonly<Record<string, NirNode | NirGraph>>, edges: readonly NirEdge[]): NirGraph {
  return { type: 'NIRGraph', nodes: new Map(Object.entries(nodes)), edges };
}

/** Input → nodes in their order → Output. */
export function chain(
  sizeIn: readonly number[],
  sizeOut: readonly number[],
  nodes: Readonly<Record<string, NirNode | NirGraph>>,
): NirGraph {
  const names = ['input', ...Object.keys(nodes), 'output'];
  return graph(
    { input: node('Input', { shape: int(sizeIn) }), ...nodes, output: node('Output', { shape: int(sizeOut) }) },
    names.slice(1).map((name, index) => [names[index]!, name]),
  );
}

/** What goes out for what comes in, both step by step, and the membrane of a node if one is named. */
export async function run(
  described: NirGraph,
  steps: readonly (readonly number[])[],
  { dt = 1e-3, membraneOf, ...options }: NirOptions & { readonly dt?: number; readonly membraneOf?: string } = {},
): Promise<{ readonly output: readonly number[][]; readonly membrane: readonly number[][] }> {
  const { network, inputs, outputs, nodes } = nirNetwork(described, options);
  const ensemble = membraneOf === undefined ? undefined : nodes.get(membraneOf);
  const [output, membrane] = network.within(() => [
    new Probe(outputs.get('output')!),
    ensemble?.kind === 'ensemble' ? new Probe(ensemble.neurons, { attribute: 'voltage' }) : undefined,
  ]);
  const sim = await Simulator.create(network, {
    dt,
    plugins: [...defaultPlugins(), nir()],
    settings: { backend: REFERENCE_BACKEND, dtype: 'float64' },
  });
  try {
    const found = await sim.predict([[inputs.get('input')!, [steps.map((step) => [...step])]]], {
      steps: steps.length,
    });
    const rows = (data: NdArray): number[][] => data.row(0).toNested() as number[][];
    return { output: rows(found.get(output!)!), membrane: membrane === undefined ? [] : rows(found.get(membrane)!) };
  } finally {
    await sim.dispose();
  }
}
