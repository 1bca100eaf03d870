/** @file Which plots a model has: one for each of its probes, and those that the user added. */
import type { ReadModel } from '@ndl/model-source';
import { Probe, type Ensemble, type Network } from 'ndl';
import type { DescribedNetwork } from './describe-network.ts';
import type { AddedPanel, Panel } from './messages.ts';

/** More neurons than this, or values, nobody tells apart in a plot. */
const MOST_NEURONS = 100;
const MOST_VALUES = 12;

/** A plot and the probe that feeds it. */
export interface ProbedPanel extends Panel {
  readonly probe: Probe;
}

/** Adds the probes that are missing, and lists all. */
export function probePanels(
  model: ReadModel,
  described: DescribedNetwork,
  added: readonly AddedPanel[],
): ProbedPanel[] {
  const { network } = model;
  const asked = new Map(model.panels?.flatMap(({ of, kind }) => (of.kind === 'probe' ? [[of, kind] as const] : [])));
  const panels = network.allProbes.map((probe, place) => ownPanel(probe, place, asked.get(probe) === 'xy'));
  if (panels.length === 0 && added.length === 0) {
    const shown = described.objects.filter(({ kind }) => kind === 'ensemble').slice(0, 2);
    for (const { id } of shown) panels.push(...addedPanel(network, described, { object: id, kind: 'value' }));
  }
  for (const wish of added) panels.push(...addedPanel(network, described, wish));
  return panels;
}

function ownPanel(probe: Probe, place: number, isPlane: boolean): ProbedPanel {
  const of = probe.targetObject;
  const isSpikes = of.kind === 'neurons' && (probe.attribute === null || probe.attribute === 'output');
  const title = probe.label ?? `probe ${place + 1}`;
  const most = isSpikes ? MOST_NEURONS : MOST_VALUES;
  const kind = isSpikes ? 'raster' : isPlane && probe.sizeIn >= 2 ? 'xy' : 'value';
  return { id: `probe:${place}:${title}`, kind, title, size: Math.min(most, probe.sizeIn), probe };
}

function addedPanel(network: Network, { byId }: DescribedNetwork, { object, kind }: AddedPanel): ProbedPanel[] {
  const target = byId.get(object);
  if (target === undefined || (kind === 'raster' && target.kind !== 'ensemble')) return [];
  const size = Math.min(kind === 'raster' ? (target as Ensemble).nNeurons : target.sizeOut, MOST_NEURONS);
  if (size === 0 || (kind === 'xy' && size < 2)) return [];
  const probe = network.within(() =>
    kind === 'raster' ? new Probe((target as Ensemble).neurons.slice(0, size)) : new Probe(target, { synapse: 0.03 }),
  );
  const title = kind === 'raster' ? `${object}: spikes` : object;
  return [
    { id: `${kind}:${object}`, kind, title, size: kind === 'raster' ? size : Math.min(size, MOST_VALUES), probe },
  ];
}

/** Rows [time, values …] of a piece of a run; of a raster pairs of time and neuron. */
export function samplesOf(
  { kind, size }: Panel,
  data: ArrayLike<number>,
  width: number,
  start: number,
  dt: number,
): Float32Array {
  const steps = data.length / width;
  if (kind === 'raster') {
    const spikes: number[] = [];
    for (let step = 0; step < steps; step++)
      for (let neuron = 0; neuron < size; neuron++)
        if (data[step * width + neuron]! > 0) spikes.push(start + (step + 1) * dt, neuron);
    return Float32Array.from(spikes);
  }
  const rows = new Float32Array(steps * (size + 1));
  for (let step = 0; step < steps; step++) {
    rows[step * (size + 1)] = start + (step + 1) * dt;
    for (let value = 0; value < size; value++) rows[step * (size + 1) + 1 + value] = data[step * width + value]!;
  }
  return rows;
}
