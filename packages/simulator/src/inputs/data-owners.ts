/** @file The nodes and probes of a graph as the owners of data: names in feeds, labels for people, sizes. */
import { inputName, outputName } from '@ndl/compiler';
import { keepHistoryOf } from '@ndl/config';
import { secondsInSteps, type OperatorGraph } from '@ndl/core';
import type { Node, Probe } from '@ndl/model';
import { sizeOf } from '@ndl/numerics';
import type { BuiltNetwork } from '../composition/built-network.ts';
import type { DataOwner, DataRefusals } from './data-table.ts';
import { notAnInput, notATarget } from './data-errors.ts';
import type { RecordedProbe } from '../results/probe-recorder.ts';

/** Nodes that data may be given for, in the order of the graph's inputs. */
export function inputOwners({ graph, dtype, originalOf }: BuiltNetwork): readonly DataOwner<Node>[] {
  return graph.inputs.map(({ node, signal }, index) => ({
    key: originalOf(node),
    name: inputName(graph, index),
    label: `node ${node.label ?? signal.name}`,
    size: node.sizeOut,
    dtype,
  }));
}

/** Probes that targets may be given for. */
export function targetOwners({ graph, dtype, originalOf }: BuiltNetwork): readonly DataOwner<Probe>[] {
  const labelOf = probeLabels(graph);
  return graph.probes.map(({ probe, view }, index) => ({
    key: originalOf(probe),
    name: outputName(index),
    label: `probe ${labelOf(probe)}`,
    size: sizeOf(view.shape),
    dtype,
    shape: view.shape,
    period: periodOf(probe, graph.dt),
  }));
}

/** Why an object cannot be fed: it takes input, is no node, came later, or belongs elsewhere. */
export function inputRefusals(network: BuiltNetwork): DataRefusals {
  return {
    wanted: 'a Node',
    nobody: 'the network has no node that could be fed: make a Node without sizeIn, and connect it',
    ofKey: (what, object, known, key) => {
      if (network.partOf(key) !== 'built') return network.refusalOf(what, key, object, known);
      const isNode = (key as Node).kind === 'node';
      return notAnInput(what, object, isNode ? 'takes input' : 'is no node', known);
    },
  };
}

/** Why an object cannot have targets: it is no probe, came later, or belongs elsewhere. */
export function targetRefusals(network: BuiltNetwork): DataRefusals {
  return {
    wanted: 'a Probe',
    nobody: 'the network has no probe: make one of what shall be compared with them, new Probe(object)',
    ofKey: (what, object, known, key) =>
      network.partOf(key) === 'built' ? notATarget(what, object, known) : network.refusalOf(what, key, object, known),
  };
}

/** Probes as recorders see them. `keepHistory` decides for those that nothing more particular was said of. */
export function recordedProbes(
  { graph, snapshot, originalOf }: BuiltNetwork,
  keepHistory: boolean,
): readonly RecordedProbe[] {
  return graph.probes.map(({ probe, view }, index) => ({
    probe: originalOf(probe),
    output: outputName(index),
    shape: view.shape,
    period: periodOf(probe, graph.dt),
    keepHistory: keepHistoryOf(snapshot.network, probe) ?? keepHistory,
  }));
}

/** Steps between samples. */
function periodOf({ sampleEvery }: Probe, dt: number): number {
  return sampleEvery === null ? 1 : secondsInSteps(sampleEvery, dt);
}

/** What to call a probe, and it alone: its label where no other has it, or it as the name of its output; else that of its output. */
export function probeLabels({ probes }: OperatorGraph): (probe: Probe) => string {
  const outputs = new Map(probes.map(({ probe }, index) => [probe, outputName(index)] as const));
  const uses = new Map<string, Set<Probe>>();
  const use = (name: string, probe: Probe): void => {
    const known = uses.get(name);
    if (known === undefined) uses.set(name, new Set([probe]));
    else known.add(probe);
  };
  for (const [probe, output] of outputs) {
    use(output, probe);
    if (probe.label !== null) use(probe.label, probe);
  }
  return (probe) => {
    const { label } = probe;
    return label !== null && uses.get(label)?.size === 1 ? label : outputs.get(probe)!;
  };
}
