/** @file The contract of models: what a module default-exports, and what may stand beside it. */
import type { Network, Node, Probe } from '@ndl/model';
import type { NdArray } from '@ndl/numerics';
import type { Inputs, Simulator, Targets, TrainOptions } from '@ndl/simulator';

/** What a model default-exports, if not a network alone. */
export interface Model {
  readonly network: Network;
  /** How it is trained: data and options, or a function that makes them when they are first wanted. */
  readonly training?: ModelTraining | MakeTraining | undefined;
  /** Plots that a page opens with. Default: one of each probe. */
  readonly panels?: readonly ModelPanel[] | undefined;
}

/** Makes a training; the host loads data for it. */
export type MakeTraining = (host: ModelHost) => ModelTraining | Promise<ModelTraining>;

/** What the host of a model, a page or the command line, does for it. */
export interface ModelHost {
  /**
   * Arrays of an .npz archive, by name, as far as the host has one: the command line looks for `NAME.npz` beside the model.
   */
  load(name: string): Promise<Readonly<Record<string, NdArray>>>;
}

/** Data and options of `sim.train`. */
export interface ModelTraining {
  readonly inputs: Inputs;
  readonly options: TrainOptions;
  /** What it is tested with afterwards, in spikes and in rates. */
  readonly test?: ModelTest | undefined;
}

/** Data that training does not see, and how outputs are judged. */
export interface ModelTest {
  readonly inputs: Inputs;
  readonly targets?: Targets | undefined;
  /** [items]: the class of each item; the output that is largest at the last step is the answer. */
  readonly labels?: ArrayLike<number> | undefined;
  /** Whose last sample is the answer. */
  readonly output: Probe;
  /** Steps that each item is shown for. Default: as many as the data have, or 1. */
  readonly steps?: number | undefined;
}

/** A plot of a page. */
export interface ModelPanel {
  /** What is drawn. */
  readonly of: Network['allEnsembles'][number] | Node | Probe | Network['allConnections'][number];
  readonly kind: PanelKind;
}

/** Kinds of plots. */
export type PanelKind = 'value' | 'xy' | 'raster' | 'voltages' | 'grid' | 'weights' | 'loss' | 'slider';

/** What a model may export, as `expected`, beside its default: one result that it promises. */
export interface ExpectedResult {
  /** What is measured, as a person would say it: `root mean square error of the decoded product`. */
  readonly what: string;
  /** Simulated seconds before it is measured. Default 1; 0 measures at once. */
  readonly seconds?: number | undefined;
  /** Whether the model is trained first. Default false. */
  readonly trained?: boolean | undefined;
  readonly measure: (sim: Simulator, host: ModelHost) => number | Promise<number>;
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
}

/** Name and line of an object in the source of its model. */
export interface Declaration {
  readonly name: string | undefined;
  /** From 1. */
  readonly line: number;
}
