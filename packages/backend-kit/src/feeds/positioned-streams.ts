/** @file `PositionedStreams`: streams of random numbers that can go back to where they stood. */

/** Streams of one input, one per item, each of which stands somewhere. */
export interface PositionedStreams {
  /** Remembers where all stand. */
  mark(): void;
  /** Back to where they stood when that was last remembered. */
  goBack(): void;
  /** Where they stand: [items, STREAM_POSITION]. */
  save(): Float64Array;
  /** The other way; the positions are the streams' from then on. @throws NdlError INVALID_RANDOM_STATE */
  restore(positions: Float64Array): void;
  /** Back to the first numbers. */
  restart(): void;
  /** They are not used any more. */
  free(): void;
}
