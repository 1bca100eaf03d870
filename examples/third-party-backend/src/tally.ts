/** @file What was counted, by the labels of a program's instructions. */

/** Work, as a machine without caches and registers would do it: each number that is used is read, each result written. */
export interface Counts {
  /** Terms of products. Where a product takes spikes, those that are 0 are not computed and not counted. */
  readonly multiplyAdds: number;
  /** All other arithmetic: operations of kernels, terms of sums, additions to what is there. */
  readonly operations: number;
  /** Numbers that were read. */
  readonly reads: number;
  /** Numbers that were written. */
  readonly writes: number;
  /** Of what was read and written. */
  readonly bytes: number;
}

/** Counts that grow. */
export type Ledger = { -readonly [Name in keyof Counts]: Counts[Name] };

const NOTHING: Counts = /* @__PURE__ */ Object.freeze({
  multiplyAdds: 0,
  operations: 0,
  reads: 0,
  writes: 0,
  bytes: 0,
});

/** The label of instructions that have none. */
export const UNLABELLED = 'unlabelled';

/** Counts by label. A backend adds to it for as long as it runs; who made it reads it at any time. */
export class Tally {
  readonly #ledgers = new Map<string, Ledger>();

  /** Copies of the counts by label, in the order of a program's instructions; labels without any work are left out. */
  get byLabel(): ReadonlyMap<string, Counts> {
    const worked = [...this.#ledgers].filter(([, { reads, writes }]) => reads + writes > 0);
    return new Map(worked.map(([label, counts]) => [label, { ...counts }]));
  }

  get total(): Counts {
    return sumOf(this.#ledgers.values());
  }

  /** Back to zero. */
  reset(): void {
    for (const ledger of this.#ledgers.values()) Object.assign(ledger, NOTHING);
  }

  /** Where the backend counts what it does under a label. */
  ledger(label: string = UNLABELLED): Ledger {
    const known = this.#ledgers.get(label);
    if (known !== undefined) return known;
    const ledger = { ...NOTHING };
    this.#ledgers.set(label, ledger);
    return ledger;
  }
}

/** All of these together. */
export function sumOf(all: Iterable<Counts>): Counts {
  const sum: Ledger = { ...NOTHING };
  for (const counts of all) {
    for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += counts[name];
  }
  return sum;
}
