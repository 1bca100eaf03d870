/**
 * @file The generated inputs of a state: streams of random numbers by the names of inputs, one per item. They are drawn from as sources
 * are asked, behind all others; what was drawn for steps that were not taken is drawn again.
 */
import type { Feed, InputFeed } from '@ndl/core';
import { GeneratedStream, STREAM_POSITION, type GeneratedSource, type Program } from '@ndl/ir';
import { NdArray, type FloatArray } from '@ndl/numerics';

/** The inputs of a program that are generated, by name. */
export function generatedInputs({ inputs }: Pick<Program, 'inputs'>): ReadonlyMap<string, GeneratedSource> {
  return new Map(inputs.flatMap(({ name, source = 'fed' }) => (source === 'fed' ? [] : [[name, source] as const])));
}

export class Generators {
  readonly #items: number;
  readonly #streams = new Map<string, readonly GeneratedStream[]>();
  /** Where those stood that have drawn since steps were last taken. */
  readonly #before = new Map<string, readonly Float64Array[]>();

  constructor(items: number) {
    this.#items = items;
  }

  /** What is fed, and, behind it, the generated inputs of a program that nothing is fed to. */
  complete(feed: Feed, program: Pick<Program, 'inputs'>): Feed {
    const whole = new Map(feed);
    for (const [name, source] of generatedInputs(program)) {
      if (whole.has(name)) continue;
      const call = (_time: number, _step: number, into: FloatArray): void => this.#draw(name, source, into);
      const generated: InputFeed = { kind: 'source', call };
      whole.set(name, generated);
    }
    return whole;
  }

  /** Steps were taken: those that were drawn for. */
  commit(): void {
    if (this.#before.size > 0) this.#before.clear();
  }

  /** What was drawn for steps that were not taken is drawn again. To be called when a call has failed. */
  rollBack(): void {
    for (const [name, positions] of this.#before)
      this.#streams.get(name)!.forEach((stream, item) => stream.restore(positions[item]!));
    this.#before.clear();
  }

  /** Back to the first step. */
  reset(): void {
    this.#streams.clear();
    this.#before.clear();
  }

  /** Where a stream stands: [items, STREAM_POSITION]. */
  positionOf(name: string, source: GeneratedSource): NdArray {
    const positions = new Float64Array(this.#items * STREAM_POSITION);
    this.#streamsOf(name, source).forEach((stream, item) => positions.set(stream.save(), item * STREAM_POSITION));
    return new NdArray(positions, [this.#items, STREAM_POSITION]);
  }

  /** The other way. @throws NdlError INVALID_RANDOM_STATE */
  goTo(name: string, source: GeneratedSource, positions: NdArray): void {
    this.#streamsOf(name, source).forEach((stream, item) =>
      stream.restore(positions.data.subarray(item * STREAM_POSITION, (item + 1) * STREAM_POSITION)),
    );
  }

  #draw(name: string, source: GeneratedSource, into: FloatArray): void {
    const streams = this.#streamsOf(name, source);
    if (!this.#before.has(name))
      this.#before.set(
        name,
        streams.map((stream) => stream.save()),
      );
    const size = into.length / this.#items;
    streams.forEach((stream, item) => stream.fill(into.subarray(item * size, (item + 1) * size)));
  }

  #streamsOf(name: string, source: GeneratedSource): readonly GeneratedStream[] {
    const known = this.#streams.get(name);
    if (known !== undefined) return known;
    const made = Array.from({ length: this.#items }, (_, item) => new GeneratedStream(source, item));
    this.#streams.set(name, made);
    return made;
  }
}
