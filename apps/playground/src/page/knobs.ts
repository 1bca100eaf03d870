/**
 * @file Knobs: numbers of a model that its source offers to be turned, `const NOISE = 0.2; // knob 0 to 1`. Turning one writes the number into
 * the source, so that it is undone, kept and shared like anything typed.
 */

/** A number that may be turned. */
export interface Knob {
  readonly name: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  /** Where the number stands in the source. */
  readonly from: number;
  readonly to: number;
}

const NUMBER = String.raw`-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?`;
const KNOB = new RegExp(
  String.raw`^([ \t]*const ([A-Za-z_$][\w$]*) = )(${NUMBER});[ \t]*// knob (${NUMBER}) to (${NUMBER})`,
  'gm',
);

/** Knobs in the order of the source. */
export function knobsOf(source: string): Knob[] {
  return [...source.matchAll(KNOB)].flatMap((found) => {
    const [, before = '', name = '', value = '', least, most] = found;
    const from = found.index + before.length;
    const knob = {
      name,
      value: Number(value),
      least: Number(least),
      most: Number(most),
      from,
      to: from + value.length,
    };
    return knob.least < knob.most ? [knob] : [];
  });
}

/** `LEARNING_RATE` → `learning rate`. */
export function wordsOf(name: string): string {
  return name
    .replaceAll('_', ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}
