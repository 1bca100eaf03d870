/** @file Edits of a text: insertions and replacements, collected in any order and made at once. None adds or removes a line. */

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** What is to become of a text. Of insertions at one place, those given first stand first. */
export class TextEdits {
  readonly #edits: Edit[] = [];

  insert(at: number, text: string): void {
    this.replace(at, at, text);
  }

  replace(from: number, to: number, text: string): void {
    this.#edits.push({ from, to, text });
  }

  applyTo(source: string): string {
    let done = 0;
    let result = '';
    for (const { from, to, text } of this.#edits.toSorted((a, b) => a.from - b.from)) {
      result += source.slice(done, from) + text;
      done = to;
    }
    return result + source.slice(done);
  }
}
