/** @file The nodes and probes of a graph as the owners of data: names in feeds, labels for people, sizes. */
import { inputName, outputName } from '@ndl/compiler';
import { keepHistoryOf } from '@ndl/config';
import type { OperatorGraph } from '@ndl/core';
import { isNetworkObject, type Network, type Node, type Probe } from '@ndl/model';
import { sizeOf } from '@ndl/numerics';
import type { DataOwner, RefusalOfKey } from './data-table.ts';
import { foreignObject, notAnInput, notATarget } from './errors.ts';
import type { RecordedProbe } from './probe-recorder.ts';

/** Nodes that data may be given for, in the order of the graph's inputs. */
export function inputOwners(graph: OperatorGraph): readonly DataOwner<Node>[] {
  return graph.inputs.map(({ node, signal }, index) => ({
    key: node,
    name: inputName(graph, index),
    label: `node ${node.label ?? signal.name}`,
    size: node.sizeOut,
  }));
}

/** Probes that targets may be given for. */
export function targetOwners(graph: OperatorGraph): readonly DataOwner<Probe>[] {
  return graph.probes.map(({ probe, view }, index) => ({
    key: probe,
    name: outputName(index),
    label: `probe ${labelOfProbe(graph, probe)}`,
    size: sizeOf(view.shape),
    shape: view.shape,
  }));
}

/** Why an object cannot be fed: it takes input, is no node, or belongs elsewhere. */
export function inputRefusal(network: Network): RefusalOfKey {
  return (what, object, known, key) => {
    if (!belongsTo(network, key)) return foreignObject(what, object, known);
    const isNode = (key as Node).kind === 'node';
    if (isNode && (key as Node).sizeIn === 0) return foreignObject(what, object, known);
    return notAnInput(what, object, isNode ? 'takes input' : 'is no node', known);
  };
}

/** Why an object cannot have targets: it is no probe, or belongs elsewhere. */
export function targetRefusal(network: Network): RefusalOfKey {
  return (what, object, known, key) =>
    belongsTo(network, key) && (key as Probe).kind !== 'probe'
      ? notATarget(what, object, known)
      : foreignObject(what, object, known);
}

/** Whether `key` is part of the network, directly, as neurons of an ensemble, or as a view of either. */
function belongsTo(network: Network, key: object): boolean {
  return isNetworkObject(key) && (key.kind === 'network' ? key.toplevel : key.network.toplevel) === network;
}

/** Probes as recorders see them. `keepHistory` decides for those that nothing more particular was said of. */
export function recordedProbes(graph: OperatorGraph, network: Network, keepHistory: boolean): readonly RecordedProbe[] {
  return graph.probes.map(({ probe, view }, index) => ({
    probe,
    output: outputName(index),
    shape: view.shape,
    period: probe.sampleEvery === null ? 1 : probe.sampleEvery / graph.dt,
    keepHistory: keepHistoryOf(network, probe) ?? keepHistory,
  }));
}

/** What to call a probe: its label where it alone has it, else the name of its output. */
export function labelOfProbe(graph: OperatorGraph, probe: Probe): string {
  const { label } = probe;
  const isTelling =
    label !== null && graph.probes.every((other) => other.probe === probe || other.probe.label !== label);
  return isTelling ? label : outputName(graph.probes.findIndex((recorded) => recorded.probe === probe));
}
