/** @file `FunctionBuilder`: one function under construction - its variables, and statements in nested lists. */
import { unsigned } from './binary.ts';
import { type Code, codeOf, constant, leaf, type Local, op, type Operand } from './code.ts';
import { commentLines } from './comment-lines.ts';
import { valueLeft } from './errors.ts';
import type { ValueType } from './value-types.ts';

/** What can be called. */
export interface FunctionHandle {
  readonly name: string;
  readonly parameters: readonly ValueType[];
}

/** A function of the module. */
export interface DefinedFunction extends FunctionHandle {
  readonly body: FunctionBuilder;
  readonly isExported: boolean;
}

/** The body of a function, statement after statement: variables, loops and branches. */
export class FunctionBuilder {
  readonly locals: Local[] = [];
  readonly #lists: Code[][] = [[]];

  /** The statements of the body. */
  get statements(): readonly Code[] {
    return this.#lists[0]!;
  }

  /** A new variable, which holds 0. Names are for readers; a number keeps them apart. */
  local<Type extends ValueType>(type: Type, name: string): Local<Type> {
    const index = this.locals.length;
    const made: Local<Type> = { local: true, type, index, name: `${name}.${index}` };
    this.locals.push(made);
    return made;
  }

  /** Adds a statement. @throws TypeError where it leaves a value */
  do(statement: Code): void {
    if (statement.type !== 'none') throw valueLeft(statement.head);
    this.#lists.at(-1)!.push(statement);
  }

  /** A line for readers of the text. */
  comment(text: string): void {
    for (const line of commentLines(text))
      this.do({ type: 'none', head: line, operands: [], part: { kind: 'comment' } });
  }

  set<Type extends ValueType>(local: Local<Type>, value: Operand<Type>): void {
    const operand = codeOf(local.type, value);
    this.do(leaf('none', `local.set $${local.name}`, [0x21, ...unsigned(local.index)], [operand]));
  }

  /** A new variable that holds a value. */
  let<Type extends ValueType>(value: Code<Type>, name: string): Local<Type> {
    const local = this.local(value.type, name);
    this.set(local, value);
    return local;
  }

  /** Adds to a variable. */
  increase(local: Local<'i32'>, by: Operand<'i32'>): void {
    if (by !== 0) this.set(local, op('i32.add', local, by));
  }

  if(test: Operand<'i32'>, then: () => void, otherwise: () => void = () => {}): void {
    const operands = [codeOf('i32', test)];
    const part = { kind: 'if', whenTrue: this.#nested(then), whenFalse: this.#nested(otherwise) } as const;
    this.do({ type: 'none', head: 'if', operands, part });
  }

  /**
   * Runs the body once, and again as long as the test holds after it.
   * @param turns that are written out, each followed by its test, before the loop goes back: turn by turn from 0
   */
  repeat(body: (turn: number) => void, test: (turn: number) => Operand<'i32'>, turns = 1): void {
    const from = (turn: number): void => {
      body(turn);
      const goesOn = test(turn);
      // Each turn but the first lies within the `if` of the one before.
      if (turn === turns - 1) this.do(leaf('none', `br_if ${turn}`, [0x0d, turn], [codeOf('i32', goesOn)]));
      else this.if(goesOn, () => from(turn + 1));
    };
    const statements = this.#nested(() => from(0));
    this.do({ type: 'none', head: 'loop', operands: [], part: { kind: 'loop', body: statements } });
  }

  while(test: () => Operand<'i32'>, body: () => void): void {
    this.if(test(), () => this.repeat(body, test));
  }

  /** Counts from `from` to before `to`. Where both are numbers, an empty loop is left out, and a single turn is no loop. */
  count(from: number, to: Operand<'i32'>, by: number, body: (index: Operand<'i32'>) => void): void {
    if (typeof to === 'number') {
      if (from >= to) return;
      if (from + by >= to) {
        body(from);
        return;
      }
    }
    const index = this.let(constant('i32', from), 'i');
    const test = (): Code<'i32'> => op('i32.lt_s', index, to);
    const turn = (): void => {
      body(index);
      this.increase(index, by);
    };
    if (typeof to === 'number') this.repeat(turn, test);
    else this.while(test, turn);
  }

  /** Calls a function that returns nothing. */
  call(callee: FunctionHandle, ...values: readonly Operand<ValueType>[]): void {
    const operands = callee.parameters.map((type, index) => codeOf(type, values[index] as Operand<typeof type>));
    this.do({ type: 'none', head: `call $${callee.name}`, operands, part: { kind: 'call', callee } });
  }

  #nested(build: () => void): readonly Code[] {
    this.#lists.push([]);
    build();
    return this.#lists.pop()!;
  }
}
