/** @file Functions that golden files describe by a formula: `max(0, 1 - exp(-15 x))`, `[x0 + x1, -x1, 0.5]`. */
import { cos, cosh, exp, expm1, log, log1p, log2, pow, sin, sinh, tan, tanh } from '@ndl/numerics';

type Input = readonly number[];
type Value = (x: Input) => number;

/** Formulas that are nested more deeply are none of ours. */
const MOST_NESTED = 100;
const LONGEST = 10_000;

const calls: Readonly<Record<string, (...given: readonly number[]) => number>> = {
  max: (...given) => Math.max(...given),
  min: (...given) => Math.min(...given),
  abs: Math.abs,
  sqrt: Math.sqrt,
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
  exp,
  expm1,
  log,
  log1p,
  log2,
  sin,
  cos,
  tan,
  sinh,
  cosh,
  tanh,
};

const constants: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E };

const comparisons: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '>': (left, right) => left > right,
  '<': (left, right) => left < right,
  '>=': (left, right) => left >= right,
  '<=': (left, right) => left <= right,
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
};

/**
 * The function that a formula stands for, from `sizeIn` to `wantedSize` numbers. `x0`, `x1` … are elements of the input; `x` is each
 * of them in turn. Undefined for what is no formula of this kind, or one of other sizes; without `wantedSize` it has the size that it
 * says.
 */
export function formulaFunction(
  formula: string,
  sizeIn: number,
  wantedSize?: number,
): ((x: Input) => number[]) | undefined {
  const parser = new FormulaParser(formula, sizeIn);
  const parsed = parser.formula();
  if (parsed === undefined) return undefined;
  const sizeOut = wantedSize ?? (Array.isArray(parsed) ? parsed.length : parser.readsEach ? sizeIn : 1);
  if (Array.isArray(parsed)) {
    if (parsed.length !== sizeOut || (parser.readsEach && sizeIn !== 1)) return undefined;
    return (x) => parsed.map((element) => element(x));
  }
  if (parser.readsEach) return sizeOut === sizeIn ? (x) => Array.from(x, (value) => parsed([value])) : undefined;
  return parser.readsAny && sizeOut !== 1 ? undefined : (x) => new Array<number>(sizeOut).fill(parsed(x));
}

/** By recursive descent; whatever it does not understand, it gives up on by throwing itself out. */
class FormulaParser {
  /** Whether the formula says `x`, and whether it says `x0`, `x1` … */
  readsEach = false;
  readsAny = false;
  readonly #tokens: readonly string[];
  readonly #sizeIn: number;
  #at = 0;
  #depth = 0;

  constructor(text: string, sizeIn: number) {
    this.#tokens = text.length > LONGEST ? [''] : (text.match(TOKEN) ?? ['']);
    this.#sizeIn = sizeIn;
  }

  /** A list of values, or one; undefined where the text is none. */
  formula(): Value | Value[] | undefined {
    try {
      const isList = this.#takes('[');
      const values = [this.#choice()];
      while (isList && this.#takes(',')) values.push(this.#choice());
      if (isList) this.#expect(']');
      if (this.#at < this.#tokens.length || (this.readsEach && this.readsAny)) return undefined;
      return isList ? values : values[0]!;
    } catch (error) {
      if (error instanceof NoFormula) return undefined;
      throw error;
    }
  }

  /** `a if b else c` */
  #choice(): Value {
    if (++this.#depth > MOST_NESTED) throw new NoFormula();
    let value = this.#comparison();
    if (this.#takes('if')) {
      const [then, condition] = [value, this.#comparison()];
      this.#expect('else');
      const otherwise = this.#choice();
      value = (x) => (condition(x) === 0 ? otherwise(x) : then(x));
    }
    this.#depth--;
    return value;
  }

  #comparison(): Value {
    const left = this.#sum();
    const compare = own(comparisons, this.#next());
    if (compare === undefined) return left;
    this.#at++;
    const right = this.#sum();
    return (x) => Number(compare(left(x), right(x)));
  }

  #sum(): Value {
    let value = this.#product();
    for (;;) {
      const left = value;
      if (this.#takes('+')) {
        const right = this.#product();
        value = (x) => left(x) + right(x);
      } else if (this.#takes('-')) {
        const right = this.#product();
        value = (x) => left(x) - right(x);
      } else return left;
    }
  }

  /** Factors may stand side by side: `15 x`. */
  #product(): Value {
    let value = this.#signed();
    for (;;) {
      const left = value;
      if (this.#takes('/')) {
        const right = this.#signed();
        value = (x) => left(x) / right(x);
      } else if (this.#takes('*') || FACTOR.test(this.#next())) {
        const right = this.#signed();
        value = (x) => left(x) * right(x);
      } else return left;
    }
  }

  #signed(): Value {
    if (++this.#depth > MOST_NESTED) throw new NoFormula();
    const isNegative = this.#takes('-');
    const value = isNegative ? this.#signed() : this.#power();
    this.#depth--;
    return isNegative ? (x) => -value(x) : value;
  }

  #power(): Value {
    const base = this.#primary();
    if (!this.#takes('^') && !this.#takes('**')) return base;
    const exponent = this.#signed();
    return (x) => {
      const [of, to] = [base(x), exponent(x)];
      return to === 2 ? of * of : pow(of, to);
    };
  }

  #primary(): Value {
    const token = this.#next();
    this.#at++;
    if (token === '(') {
      const value = this.#choice();
      this.#expect(')');
      return value;
    }
    if (/^[\d.]/.test(token)) {
      const constant = Number(token);
      if (Number.isNaN(constant)) throw new NoFormula();
      return () => constant;
    }
    if (token === 'x') {
      this.readsEach = true;
      return (x) => x[0]!;
    }
    const element = /^x(\d+)$/.exec(token)?.[1];
    if (element !== undefined) {
      const index = Number(element);
      if (index >= this.#sizeIn) throw new NoFormula();
      this.readsAny = true;
      return (x) => x[index]!;
    }
    const constant = own(constants, token);
    if (constant !== undefined) return () => constant;
    return this.#call(own(calls, token));
  }

  #call(called: ((...given: readonly number[]) => number) | undefined): Value {
    if (called === undefined) throw new NoFormula();
    this.#expect('(');
    const given = [this.#choice()];
    while (this.#takes(',')) given.push(this.#choice());
    this.#expect(')');
    return (x) => called(...given.map((value) => value(x)));
  }

  #next(): string {
    return this.#tokens[this.#at] ?? '';
  }

  #takes(token: string): boolean {
    if (this.#next() !== token) return false;
    this.#at++;
    return true;
  }

  #expect(token: string): void {
    if (!this.#takes(token)) throw new NoFormula();
  }
}

class NoFormula extends Error {}

/** Numbers, names, operators; any other character is a token that nothing expects. */
const TOKEN = /\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|[A-Za-z_]\w*|\*\*|[<>=!]=|\S/g;

/** What a factor that follows another without a sign begins with; words of the language are no factors. */
const FACTOR = /^(?:\d|\.|\(|(?!if$|else$)[A-Za-z_])/;

function own<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
