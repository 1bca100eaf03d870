/** @file What a file asks for and ndl does not have. */

/** A kind that ndl does not have; the replay names it and skips the case. */
export class MissingKind extends Error {
  /** Family and kind: `neuron type Oracle`. */
  readonly missing: string;
  /** Kinds of the family that ndl has. */
  readonly known: readonly string[];
  /** The place in the file that asks for it, where that is told. */
  readonly where: string | undefined;

  constructor(missing: string, known: readonly string[] = [], where?: string) {
    super(`ndl has no ${missing} yet`);
    this.missing = missing;
    this.known = known;
    this.where = where;
  }

  /** The same, asked for at a place. */
  at(where: string): MissingKind {
    return this.where === undefined ? new MissingKind(this.missing, this.known, where) : this;
  }
}
