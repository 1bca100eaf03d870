/** @file Which plots a model has: those that it asks for, or one for each of its probes, and those that the user added. */
import type { PanelKind, ReadModel } from '@ndl/model-source';
import { Probe, recordsSpikes, type Connection, type Ensemble, type Network, type Simulator } from 'ndl';
import type { DescribedNetwork } from './describe-network.ts';
import type { AddedPanel, Panel } from './messages.ts';

/** More than these nobody tells apart in a plot. */
const MOST_NEURONS = 100;
const MOST_VALUES = 12;
const MOST_VOLTAGES = 5;
const MOST_IN_GRID = 1024;
const MOST_WEIGHTS = 128;
/** Plots of the model's own, and as many that the user added. */
const MOST_PANELS = 24;
const MOST: Readonly<Partial<Record<PanelKind, number>>> = {
  raster: MOST_NEURONS,
  voltages: MOST_VOLTAGES,
  grid: MOST_IN_GRID,
  weights: MOST_WEIGHTS,
};

/** Seconds between two samples of what is an image. */
const GRID_SECONDS = 0.02;
const WEIGHT_SECONDS = 0.1;

/** A plot and the probe that feeds it. */
export interface ProbedPanel extends Panel {
  readonly probe: Probe;
  /** The title with the place of the object; undefined for the model's own probes. */
  readonly path?: string | undefined;
  /** Of the values that the probe gives, which are shown; undefined for the first. */
  readonly chosen: readonly number[] | undefined;
  /** Every so many of the probe's samples is shown. */
  readonly stride: number;
  /** Seconds between two samples of the probe; undefined for every step. */
  readonly every: number | undefined;
}

/** The plots of a model. */
export interface Panels {
  readonly shown: readonly ProbedPanel[];
  /** How many there would be beside them: more than a page can draw. */
  readonly left: number;
}

/** Adds the probes that are missing, and lists all; no more than can be drawn. */
export function probePanels(model: ReadModel, described: DescribedNetwork, added: readonly AddedPanel[]): Panels {
  const { network } = model;
  const panels = new Map<string, ProbedPanel>();
  let left = 0;
  const take = (make: () => ProbedPanel | undefined, most = MOST_PANELS): void => {
    if (panels.size >= most) return void left++;
    const panel = make();
    if (panel !== undefined && !panels.has(panel.id)) panels.set(panel.id, panel);
  };
  const probes = [...network.allProbes];
  if (model.panels === undefined) for (const [place, probe] of probes.entries()) take(() => panelOfProbe(probe, place));
  for (const { of, kind } of model.panels ?? []) {
    if (of.kind === 'probe') take(() => panelOfProbe(of, probes.indexOf(of), kind));
    else if (described.idOf.has(of))
      take(() => addedPanel(network, described, { object: described.idOf.get(of)!, kind }));
  }
  if (panels.size === 0 && model.panels === undefined) {
    const shown = described.objects.filter(({ kind }) => kind === 'ensemble').slice(0, 2);
    for (const { id } of shown) take(() => addedPanel(network, described, { object: id, kind: 'value' }));
  }
  for (const wish of added) take(() => addedPanel(network, described, wish), 2 * MOST_PANELS);
  return { shown: withTitlesOfTheirOwn([...panels.values()]), left };
}

/** Objects of one name in several subnetworks are told apart. */
function withTitlesOfTheirOwn(panels: readonly ProbedPanel[]): ProbedPanel[] {
  const counts = new Map<string, number>();
  for (const { title } of panels) counts.set(title, (counts.get(title) ?? 0) + 1);
  const seen = new Map<string, number>();
  return panels.map((panel) => {
    const { title } = panel;
    if (counts.get(title) === 1) return panel;
    const place = (seen.get(title) ?? 0) + 1;
    seen.set(title, place);
    return { ...panel, title: panel.path === undefined ? `${title} (${place})` : panel.path };
  });
}

/** Images are told apart from lines by what is probed, whatever was asked for. */
function panelOfProbe(probe: Probe, place: number, wish: PanelKind = 'value'): ProbedPanel | undefined {
  if (wish === 'loss' || wish === 'slider') return undefined;
  const title = probe.label ?? `probe ${place + 1}`;
  const kind: PanelKind =
    probe.attribute === 'weights'
      ? 'weights'
      : recordsSpikes(probe) && wish !== 'grid'
        ? 'raster'
        : wish === 'xy' && probe.sizeIn >= 2
          ? 'xy'
          : wish === 'voltages' || wish === 'grid'
            ? wish
            : 'value';
  return panelOf(`probe:${place}:${title}`, kind, title, probe, probe.attribute === 'weights' ? 1 : probe.sizeIn);
}

function addedPanel(
  network: Network,
  { byId }: DescribedNetwork,
  { object, kind }: AddedPanel,
): ProbedPanel | undefined {
  const target = byId.get(object);
  if (target === undefined || target.kind === 'network') return undefined;
  const id = `${kind}:${object}`;
  const make = (title: string, width: number, probe: () => Probe): ProbedPanel | undefined =>
    width === 0
      ? undefined
      : { ...panelOf(id, kind, title, network.within(probe), width), path: `${object}${title.slice(name.length)}` };
  // Where it stands is said by the picture.
  const name = object
    .split(' → ')
    .map((path) => path.slice(path.lastIndexOf('/') + 1))
    .join(' → ');
  if (target.kind === 'connection') {
    if (kind !== 'weights' || !target.probeable.includes('weights')) return undefined;
    const options = { attribute: 'weights', sampleEvery: WEIGHT_SECONDS };
    return make(`${name}: weights`, 1, () => new Probe(target, options));
  }
  if (kind === 'value' || kind === 'xy') {
    if (kind === 'xy' && target.sizeOut < 2) return undefined;
    return make(name, target.sizeOut, () => new Probe(target, { synapse: 0.03 }));
  }
  if (target.kind !== 'ensemble' || target.neurons.sizeOut === 0) return undefined;
  return panelOfNeurons(target, name, kind, make);
}

function panelOfNeurons(
  { neurons, nNeurons, neuronType }: Ensemble,
  name: string,
  kind: PanelKind,
  make: (title: string, width: number, probe: () => Probe) => ProbedPanel | undefined,
): ProbedPanel | undefined {
  if (kind === 'raster') {
    if (!neuronType.spiking) return undefined;
    const width = Math.min(nNeurons, MOST_NEURONS);
    return make(`${name}: spikes`, width, () => new Probe(neurons.slice(0, width)));
  }
  if (kind === 'grid') {
    const width = Math.min(nNeurons, MOST_IN_GRID);
    return make(`${name}: activity`, width, () => new Probe(neurons.slice(0, width), { synapse: 0.05 }));
  }
  if (kind !== 'voltages' || !neurons.probeable.includes('voltage')) return undefined;
  const width = Math.min(nNeurons, MOST_VOLTAGES);
  return make(`${name}: voltages`, width, () => new Probe(neurons.slice(0, width), { attribute: 'voltage' }));
}

/** Weights have the size that the build gave them. */
export function withBuiltSizes(panels: readonly ProbedPanel[], simulator: Simulator): ProbedPanel[] {
  return panels.map((panel) => {
    if (panel.kind !== 'weights') return panel;
    const { weights } = simulator.data.get(panel.probe.targetObject as Connection);
    return { ...panel, ...shownOf('weights', weights?.size ?? 1) };
  });
}

/** How many values are shown, and which, where there are more. */
function shownOf(kind: PanelKind, width: number): Pick<ProbedPanel, 'size' | 'chosen'> {
  const size = Math.min(width, MOST[kind] ?? MOST_VALUES);
  const isSpread = kind === 'weights' && width > size;
  return {
    size,
    chosen: isSpread ? Array.from({ length: size }, (_, at) => Math.floor((at * width) / size)) : undefined,
  };
}

function panelOf(id: string, kind: PanelKind, title: string, probe: Probe, width: number): ProbedPanel {
  const every = probe.sampleEvery ?? undefined;
  const wanted = kind === 'grid' ? GRID_SECONDS : kind === 'weights' ? WEIGHT_SECONDS : 0;
  const stride = Math.max(1, Math.round(wanted / (every ?? 0.001)));
  return { id, kind, title, probe, ...shownOf(kind, width), every, stride };
}

/** Where the samples of a piece stand. */
export interface SampledPiece {
  /** Values of the probe, one sample behind the other. */
  readonly data: ArrayLike<number>;
  /** Values per sample. */
  readonly width: number;
  /** Steps before the piece. */
  readonly before: number;
  readonly dt: number;
}

/** Rows [time, values …] of a piece of a run; of a raster pairs of time and neuron. */
export function samplesOf(
  { kind, size, chosen, stride, every }: Pick<ProbedPanel, 'kind' | 'size' | 'chosen' | 'stride' | 'every'>,
  { data, width, before, dt }: SampledPiece,
): Float32Array {
  const samples = width === 0 ? 0 : data.length / width;
  const stepsPerSample = every === undefined ? 1 : Math.max(1, Math.round(every / dt));
  const first = Math.floor(before / stepsPerSample);
  const timeOf = (sample: number): number => (first + sample + 1) * stepsPerSample * dt;
  if (kind === 'raster') {
    const spikes: number[] = [];
    for (let sample = 0; sample < samples; sample++)
      for (let neuron = 0; neuron < size; neuron++)
        if (data[sample * width + neuron]! > 0) spikes.push(timeOf(sample), neuron);
    return Float32Array.from(spikes);
  }
  const shown: number[] = [];
  for (let sample = 0; sample < samples; sample++) if ((first + sample + 1) % stride === 0) shown.push(sample);
  const rows = new Float32Array(shown.length * (size + 1));
  for (const [row, sample] of shown.entries()) {
    const start = row * (size + 1);
    rows[start] = timeOf(sample);
    for (let value = 0; value < size; value++)
      rows[start + 1 + value] = data[sample * width + (chosen === undefined ? value : chosen[value]!)]!;
  }
  return rows;
}
