/** @file What page and sandbox say to each other. */
import type { PanelKind } from '@ndl/model-source';

/** The phase in which a model makes the data of its training, which may take longer than others. */
export const MAKING_DATA = 'preparing the data';

/** From the page. */
export type Order =
  | LoadOrder
  | DataOrder
  | { readonly order: 'run' | 'pause' | 'ping' | 'stopTraining' | 'parameters' }
  | { readonly order: 'step'; readonly steps: number }
  /** Seconds of the model per second; null for as fast as it goes. */
  | { readonly order: 'speed'; readonly speed: number | null }
  /** `values` null releases the node. */
  | { readonly order: 'override'; readonly node: string; readonly values: readonly number[] | null }
  /** Asks what there is to know of an object. */
  | { readonly order: 'describe'; readonly object: string }
  | { readonly order: 'train'; readonly epochs: number }
  /** A learning rate in place of the optimizer's own; null gives it back. */
  | { readonly order: 'learningRate'; readonly rate: number | null };

export interface LoadOrder {
  readonly order: 'load';
  readonly source: string;
  readonly added: readonly AddedPanel[];
  /** Sources that are held by hand, by identity: those and no others. */
  readonly held: readonly (readonly [string, readonly number[]])[];
  /** For networks that have none of their own. */
  readonly seed: number;
  /** What models import as `text` from `@ndl/opened-file`. */
  readonly file: string | undefined;
}

/** Data that a model may load by their name; null where there are none. */
export interface DataOrder {
  readonly order: 'data';
  readonly name: string;
  readonly format: 'npz' | 'csv';
  readonly bytes: Uint8Array | null;
}

/** A plot that the user asked for. */
export interface AddedPanel {
  /** Identity of the object. */
  readonly object: string;
  readonly kind: PanelKind;
}

/** An object of the picture. `id` stays the same while the variable in the source does. */
export interface DrawnObject {
  readonly id: string;
  readonly kind: 'ensemble' | 'node' | 'network';
  readonly label: string;
  readonly detail: string;
  readonly line: number | null;
  /** Identity of the subnetwork that it stands in. */
  readonly parent: string | null;
  /** Whether it is a source that a slider may override. */
  readonly isInput: boolean;
  readonly size: number;
  readonly neurons: number;
  /** Plots that may be made of it. */
  readonly plots: readonly PanelKind[];
}

type ConnectionKind = 'decoded' | 'neurons' | 'learning' | 'recurrent' | 'inhibitory';

export interface DrawnConnection {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly kind: ConnectionKind;
  readonly detail: string;
  readonly line: number | null;
  readonly plots: readonly PanelKind[];
}

/** A plot, and what its samples are. */
export interface Panel {
  readonly id: string;
  readonly kind: PanelKind;
  readonly title: string;
  /** Values per sample; neurons of a raster. */
  readonly size: number;
}

/** What there is to know of an object; all that is text is shown as text. */
export interface AboutObject {
  readonly object: string;
  /** Name and value. */
  readonly parameters: readonly (readonly [string, string])[];
  /** Of an ensemble: rates of some neurons, [neurons, points], along a direction. */
  readonly tuning: TuningCurves | null;
  /** Mean rates of neurons in Hz, lately; empty where nobody counted. */
  readonly rates: Float32Array;
  /** What was simplified and planned, in sentences. */
  readonly plan: readonly string[];
}

export interface TuningCurves {
  /** Represented values, [points]. */
  readonly points: Float32Array;
  readonly neurons: number;
  readonly rates: Float32Array;
  readonly along: string;
}

/** What a training of the model would be. */
export interface Trainable {
  readonly epochs: number;
  /** The optimizer's learning rate; null where it has none. */
  readonly rate: number | null;
}

/** Where training stands. */
export interface TrainingNews {
  readonly state: 'running' | 'stopped' | 'done';
  readonly epoch: number;
  readonly epochs: number;
  /** Loss of the last minibatch. */
  readonly loss: number | null;
  readonly rate: number | null;
}

/** After an epoch. */
export interface EpochNews {
  readonly epoch: number;
  readonly loss: number;
  /** On data that were not learnt from. */
  readonly validation: number | null;
  /** Fractions of right answers on the test's items. */
  readonly accuracy: { readonly spiking: number; readonly rate: number; readonly items: number } | null;
  readonly weights: Float32Array;
  /** Of each array that is learnt. */
  readonly parameters: readonly LearntParameter[];
  /** Hz, of neurons that are counted. */
  readonly rates: Float32Array;
  /** Outputs of a few items over their steps, in spikes beside rates: [items, steps, size] each. */
  readonly samples: OutputSamples | null;
  readonly boundary: Boundary | null;
}

/** An array that is learnt: some of its values, and of the gradients of the loss by them on one minibatch, at the same places. */
export interface LearntParameter {
  readonly name: string;
  /** Values that the whole array has. */
  readonly size: number;
  readonly values: Float32Array;
  readonly gradient: Float32Array;
}

export interface OutputSamples {
  readonly items: number;
  readonly steps: number;
  readonly size: number;
  readonly spiking: Float32Array;
  readonly rate: Float32Array;
  readonly labels: readonly number[];
}

/** Answers on a grid over a plane, and the items that are learnt from. */
export interface Boundary {
  readonly side: number;
  readonly extent: number;
  /** [side, side]: the class, from the bottom left. */
  readonly classes: Uint8Array;
  /** How sure it is, from 0 to 1. */
  readonly certainty: Float32Array;
  /** [items, 2]. */
  readonly points: Float32Array;
  readonly labels: Uint8Array;
}

/** What a model printed by one call. */
export interface PrintedLine {
  readonly level: 'log' | 'warn' | 'error';
  readonly text: string;
}

/** From the sandbox. */
export type Answer =
  | { readonly answer: 'ready' | 'pong' }
  | { readonly answer: 'phase'; readonly phase: string }
  | { readonly answer: 'console'; readonly lines: readonly PrintedLine[] }
  | { readonly answer: 'failed'; readonly message: string; readonly line: number | null }
  /** Data that the page sent can be read. */
  | { readonly answer: 'taken'; readonly name: string }
  /** They cannot, and what there was of that name before stays; the model goes on. */
  | { readonly answer: 'refused'; readonly name: string; readonly message: string }
  | BuiltAnswer
  | { readonly answer: 'about'; readonly about: AboutObject }
  | { readonly answer: 'parameters'; readonly bytes: Uint8Array<ArrayBuffer> }
  /** Data of a name, which a {@link DataOrder} brings. */
  | { readonly answer: 'wants'; readonly name: string }
  /** The data of the model's training are there. */
  | { readonly answer: 'trainable'; readonly trainable: Trainable }
  | { readonly answer: 'training'; readonly news: TrainingNews }
  | { readonly answer: 'epoch'; readonly news: EpochNews }
  | SamplesAnswer;

/** What the model did in a piece of its run. */
export interface SamplesAnswer {
  readonly answer: 'samples';
  readonly time: number;
  /** Seconds of the model per second, lately. */
  readonly rate: number;
  /** Of each panel: rows [time, values …]; of a raster: pairs of time and neuron. */
  readonly data: Readonly<Record<string, Float32Array>>;
  /** Mean rate in Hz of each ensemble that is counted, in the order of `counted`. */
  readonly activity: Float32Array;
  /** Mean rates in Hz of the neurons of the ensemble that was asked about last; now and then. */
  readonly rates: Float32Array | undefined;
}

export interface BuiltAnswer {
  readonly answer: 'built';
  readonly objects: readonly DrawnObject[];
  readonly connections: readonly DrawnConnection[];
  readonly panels: readonly Panel[];
  /** Plots that there would be beside these, but that are too many to draw. */
  readonly panelsLeft: number;
  /** Ensembles whose activity is counted. */
  readonly counted: readonly string[];
  readonly dt: number;
  readonly backend: string;
  /** Milliseconds from the order to here. */
  readonly milliseconds: number;
  /** Decoders that were kept, and that were solved. */
  readonly decoders: { readonly reused: number; readonly solved: number };
  readonly hasOwnSeed: boolean;
  readonly hasTraining: boolean;
}
