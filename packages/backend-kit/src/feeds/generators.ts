/**
 * @file The generated inputs of a state: streams of random numbers by the names of inputs, one per item. What was drawn for steps that
 * were not taken is drawn again.
 */
import type { Feed, InputFeed } from '@ndl/core';
import { STREAM_POSITION, type GeneratedSource, type Program } from '@ndl/ir';
import { NdArray, type FloatArray } from '@ndl/numerics';
import type { GeneratedStreams } from './generated-streams.ts';
import type { PositionedStreams } from './positioned-streams.ts';

/** The inputs of a program that are generated, by name. */
export function generatedInputs({ inputs }: Pick<Program, 'inputs'>): ReadonlyMap<string, GeneratedSource> {
  return new Map(inputs.flatMap(({ name, source = 'fed' }) => (source === 'fed' ? [] : [[name, source] as const])));
}

interface Entry<Streams> {
  readonly source: string;
  readonly streams: Streams;
}

/** Streams by the names of inputs, made when they are first drawn from. */
export class Generators<Streams extends PositionedStreams> {
  readonly #items: number;
  readonly #make: (source: GeneratedSource, items: number) => Streams;
  readonly #entries = new Map<string, Entry<Streams>>();
  /** Those that have not moved from their first numbers. */
  readonly #atStart = new Set<string>();
  /** Those that have drawn since steps were last taken. */
  readonly #drawing = new Set<Streams>();

  constructor(items: number, make: (source: GeneratedSource, items: number) => Streams) {
    this.#items = items;
    this.#make = make;
  }

  /** Streams that are about to be drawn from. */
  drawing(name: string, source: GeneratedSource): Streams {
    const streams = this.#streamsOf(name, source);
    this.#atStart.delete(name);
    if (!this.#drawing.has(streams)) {
      streams.mark();
      this.#drawing.add(streams);
    }
    return streams;
  }

  /** Steps were taken: those that were drawn for. */
  commit(): void {
    if (this.#drawing.size > 0) this.#drawing.clear();
  }

  /** What was drawn for steps that were not taken is drawn again. To be called when a call has failed. */
  rollBack(): void {
    for (const streams of this.#drawing) streams.goBack();
    this.commit();
  }

  /** Back to the first step. */
  reset(): void {
    for (const [name, { streams }] of this.#entries) {
      if (!this.#atStart.has(name)) streams.restart();
      this.#atStart.add(name);
    }
    this.commit();
  }

  free(): void {
    for (const { streams } of this.#entries.values()) streams.free();
    this.#entries.clear();
    this.#atStart.clear();
    this.commit();
  }

  /** Where streams stand: [items, STREAM_POSITION]. */
  positionOf(name: string, source: GeneratedSource): NdArray {
    return new NdArray(this.#streamsOf(name, source).save(), [this.#items, STREAM_POSITION]);
  }

  /** The other way. @throws NdlError INVALID_RANDOM_STATE */
  goTo(name: string, source: GeneratedSource, positions: NdArray): void {
    const streams = this.#streamsOf(name, source);
    this.#atStart.delete(name);
    streams.restore(Float64Array.from(positions.data));
  }

  #streamsOf(name: string, source: GeneratedSource): Streams {
    const wanted = JSON.stringify(source);
    const known = this.#entries.get(name);
    // Before anything was drawn, another program may have other numbers under the name.
    if (known !== undefined && (known.source === wanted || !this.#atStart.has(name))) return known.streams;
    known?.streams.free();
    const streams = this.#make(source, this.#items);
    this.#entries.set(name, { source: wanted, streams });
    this.#atStart.add(name);
    return streams;
  }
}

/** What is fed, and, behind it, as sources, the generated inputs of a program that nothing is fed to. */
export function completeFeed(
  feed: Feed,
  program: Pick<Program, 'inputs'>,
  generators: Generators<GeneratedStreams>,
): Feed {
  const whole = new Map(feed);
  for (const [name, source] of generatedInputs(program)) {
    if (whole.has(name)) continue;
    const call = (_time: number, _step: number, into: FloatArray): void => generators.drawing(name, source).fill(into);
    const generated: InputFeed = { kind: 'source', call };
    whole.set(name, generated);
  }
  return whole;
}
