/** @file What page and sandbox say to each other. */

/** From the page. */
export type Order =
  | { readonly order: 'load'; readonly source: string; readonly added: readonly AddedPanel[] }
  | { readonly order: 'run' | 'pause' | 'ping' }
  | { readonly order: 'step'; readonly steps: number }
  /** Seconds of the model per second; null for as fast as it goes. */
  | { readonly order: 'speed'; readonly speed: number | null }
  /** `values` null releases the node. */
  | { readonly order: 'override'; readonly node: string; readonly values: readonly number[] | null };

/** A plot that the user asked for. */
export interface AddedPanel {
  /** Identity of the object. */
  readonly object: string;
  readonly kind: PanelKind;
}

export type PanelKind = 'value' | 'xy' | 'raster';

/** An object of the picture. `id` stays the same while the variable in the source does. */
export interface DrawnObject {
  readonly id: string;
  readonly kind: 'ensemble' | 'node';
  readonly label: string;
  readonly detail: string;
  readonly line: number | null;
  /** Whether it is a source that a slider may override. */
  readonly isInput: boolean;
  readonly size: number;
  readonly neurons: number;
}

export type ConnectionKind = 'decoded' | 'neurons' | 'learning' | 'recurrent';

export interface DrawnConnection {
  readonly from: string;
  readonly to: string;
  readonly kind: ConnectionKind;
}

/** A plot, and what its samples are. */
export interface Panel {
  readonly id: string;
  readonly kind: PanelKind;
  readonly title: string;
  /** Values per sample; neurons of a raster. */
  readonly size: number;
}

/** From the sandbox. */
export type Answer =
  | { readonly answer: 'ready' | 'pong' }
  | { readonly answer: 'phase'; readonly phase: string }
  | { readonly answer: 'console'; readonly level: 'log' | 'warn' | 'error'; readonly text: string }
  | { readonly answer: 'failed'; readonly message: string; readonly line: number | null }
  | {
      readonly answer: 'built';
      readonly objects: readonly DrawnObject[];
      readonly connections: readonly DrawnConnection[];
      readonly panels: readonly Panel[];
      readonly dt: number;
      readonly backend: string;
    }
  | {
      readonly answer: 'samples';
      readonly time: number;
      /** Seconds of the model per second, lately. */
      readonly rate: number;
      /** Of each panel: rows [time, values …]; of a raster: pairs of time and neuron. */
      readonly data: Readonly<Record<string, Float32Array>>;
    };
