/** @file What definitions write into the graph with: signals and operators of one object, named and labelled after it. */
import type { BuildContext, OperatorContext } from '@ndl/core';
import { requireFactor, requireMap } from '../checked/checked-operators.ts';
import { contract, map } from './operators.ts';
import { wholeOf } from './views.ts';

/** Whose signals and operators these are. */
export interface OperatorAuthor {
  /** What names of signals begin with. */
  readonly name: string;
  /** What labels of operators begin with. */
  readonly label: string;
  /** What to call the definition that writes them, as from `definitionName`. */
  readonly definition: string;
}

/** Writes signals and operators of one object; what makes none is said of its definition. */
export class OperatorWriting implements OperatorContext {
  readonly author: OperatorAuthor;
  readonly build: BuildContext;

  constructor(author: OperatorAuthor, build: BuildContext) {
    this.author = author;
    this.build = build;
  }

  get dt(): number {
    return this.build.dt;
  }

  get label(): string {
    return this.author.label;
  }

  add: OperatorContext['add'] = (operator) => this.build.add(operator);

  signal: OperatorContext['signal'] = (name, initial) =>
    wholeOf(this.build.signal({ name: `${this.author.name}.${name}`, initial }));

  map: OperatorContext['map'] = ({ kernel, inputs, parameters = {}, outputs, mode }) => {
    const given = requireMap(this.author.definition, { kernel, inputs, parameters, outputs, mode });
    this.build.add(map(`${this.label}: ${kernel.name}`, { kernel, mode, ...given }));
  };

  contract: OperatorContext['contract'] = ({ shape, left, right, target }) => {
    const [first, second, sum] = [left, right, target].map((operand) =>
      requireFactor(this.author.definition, operand, shape),
    );
    this.build.add(contract(`${this.label}: product`, { shape, left: first!, right: second!, target: sum! }));
  };
}
