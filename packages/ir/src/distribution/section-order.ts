/** @file Which of alternating kinds of section each piece of work goes to, so that these are few. */

/** Where a piece of work may stand: in a loop over steps, in a section over whole blocks, or wherever it costs least. */
export type Need = 'steps' | 'block' | 'either';

export interface SectionOrder {
  readonly kinds: readonly ('steps' | 'block')[];
  /** The section that each piece goes to. */
  readonly sectionOf: readonly number[];
}

/** @param after the pieces that must come after each, an acyclic relation */
export function orderSections(needs: readonly Need[], after: readonly ReadonlySet<number>[]): SectionOrder {
  const [first, second] = (['block', 'steps'] as const).map((kind) => alternating(kind, needs, after));
  return first!.kinds.length <= second!.kinds.length ? first! : second!;
}

/** Takes, in turns of the two kinds, all that is ready: with the same first kind, no order has fewer sections. */
function alternating(
  first: 'steps' | 'block',
  needs: readonly Need[],
  after: readonly ReadonlySet<number>[],
): SectionOrder {
  const waitsFor = new Int32Array(needs.length);
  const before = needs.map((): number[] => []);
  after.forEach((those, piece) => {
    for (const other of those) {
      waitsFor[other]!++;
      before[other]!.push(piece);
    }
  });
  const sectionOf = needs.map(() => -1);
  const taken: number[] = [];
  const kinds: ('steps' | 'block')[] = [];
  let ready = [...needs.keys()].filter((piece) => waitsFor[piece] === 0);
  for (let kind = first; taken.length < needs.length; kind = kind === 'block' ? 'steps' : 'block') {
    const rest: number[] = [];
    for (let piece = ready.pop(); piece !== undefined; piece = ready.pop()) {
      if (needs[piece] !== 'either' && needs[piece] !== kind) {
        rest.push(piece);
        continue;
      }
      sectionOf[piece] = kinds.length;
      taken.push(piece);
      for (const other of after[piece]!) if (--waitsFor[other]! === 0) ready.push(other);
    }
    kinds.push(kind);
    ready = rest;
  }
  // What may stand anywhere, and needs nothing of its section, goes to whoever uses it first. Last come first: they make room.
  for (const piece of taken.toReversed()) {
    if (needs[piece] !== 'either' || after[piece]!.size === 0) continue;
    const to = [...after[piece]!].reduce((least, other) => Math.min(least, sectionOf[other]!), Infinity);
    const isNeeding = before[piece]!.some((other) => sectionOf[other] === sectionOf[piece]);
    if (to > sectionOf[piece]! && !isNeeding) sectionOf[piece] = to;
  }
  const used = [...new Set(sectionOf)].sort((a, b) => a - b);
  const numberOf = new Map(used.map((section, index) => [section, index]));
  return {
    kinds: used.map((section) => kinds[section]!),
    sectionOf: sectionOf.map((section) => numberOf.get(section)!),
  };
}
