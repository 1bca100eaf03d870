/**
 * @file Kernels as lists of nodes, operands before what uses them: what is shared in a kernel stays shared, and takes one place
 * in the list, however often it is used.
 */
import { topologicalOrder } from '../kernel/expression-pool.ts';
import type { BinaryOperation, Expression, Kernel, UnaryOperation } from '../kernel/kernel.ts';
import { makeKernel } from '../kernel/kernel-builder.ts';
import {
  AS_IT_IS,
  type Codec,
  failAtPath,
  isList,
  type Json,
  listOf,
  pairOf,
  type Path,
  REAL,
  recordOf,
  TEXT,
} from './codec.ts';

const UNARY: Readonly<Record<UnaryOperation, true>> = {
  negate: true,
  exp: true,
  expm1: true,
  log: true,
  log1p: true,
  sqrt: true,
  tanh: true,
  sigmoid: true,
  softplus: true,
  floor: true,
  abs: true,
  isNan: true,
};

const BINARY: Readonly<Record<BinaryOperation, true>> = {
  add: true,
  subtract: true,
  multiply: true,
  divide: true,
  min: true,
  max: true,
  less: true,
  lessEqual: true,
  greater: true,
  greaterEqual: true,
  equal: true,
};

/** A kernel whose expressions are nodes by number. Nodes are `[operation, …operands]`. */
interface FlatKernel {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly parameters: readonly string[];
  readonly nodes: readonly Json[];
  readonly outputs: readonly (readonly [string, number])[];
}

const FLAT: Codec<FlatKernel> = recordOf<FlatKernel>({
  name: TEXT,
  inputs: listOf(TEXT),
  parameters: listOf(TEXT),
  nodes: listOf(AS_IT_IS),
  outputs: listOf(pairOf(TEXT, REAL)),
});

/**
 * The kernels of a program, each once: instructions name them by number. Equal nodes and equal kernels are one.
 * @throws NdlError PROGRAM_TEXT_INVALID, on decoding
 */
export class KernelTable implements Codec<Kernel> {
  readonly #keepsNames: boolean;
  readonly #kernels: Kernel[] = [];
  readonly #flat: Json[] = [];
  readonly #numbers = new Map<Kernel, number>();
  readonly #known = new Map<string, number>();

  /** @param keepsNames whether kernels that differ only in what people call them and their operands are different */
  constructor(keepsNames: boolean) {
    this.#keepsNames = keepsNames;
  }

  /** What was encoded, in order. */
  get flat(): readonly Json[] {
    return this.#flat;
  }

  encode(kernel: Kernel): number {
    const known = this.#numbers.get(kernel);
    if (known !== undefined) return known;
    const flat = FLAT.encode(flatten(kernel, this.#keepsNames));
    const key = JSON.stringify(flat);
    const number = this.#known.get(key) ?? this.#flat.push(flat) - 1;
    this.#known.set(key, number);
    this.#numbers.set(kernel, number);
    return number;
  }

  decode(json: Json, path: Path | undefined): Kernel {
    const kernel = typeof json === 'number' ? this.#kernels[json] : undefined;
    return kernel ?? failAtPath(path, `there is no kernel ${JSON.stringify(json)}`);
  }

  /** Takes in what `flat` was. */
  load(json: Json, path: Path): void {
    const flat = listOf(FLAT).decode(json, path);
    flat.forEach((each, key) => this.#kernels.push(unflatten(each, { parent: path, key })));
  }
}

function flatten({ name, inputs, parameters, outputs }: Kernel, keepsNames: boolean): FlatKernel {
  const own = (given: string, number: number): string => (keepsNames ? given : `${number}`);
  const names = {
    input: new Map(inputs.map((given, number) => [given, own(given, number)])),
    parameter: new Map(parameters.map((given, number) => [given, own(given, number)])),
  };
  const nodes: Json[] = [];
  const numbers = new Map<Expression, number>();
  const known = new Map<string, number>();
  const numberOf = (expression: Expression): number => numbers.get(expression)!;
  for (const expression of topologicalOrder(outputs.map((output) => output.expression))) {
    const node =
      expression.kind === 'input' || expression.kind === 'parameter'
        ? [expression.kind, names[expression.kind].get(expression.name)!]
        : nodeOf(expression, numberOf);
    const key = JSON.stringify(node);
    const number = known.get(key) ?? nodes.push(node) - 1;
    known.set(key, number);
    numbers.set(expression, number);
  }
  return {
    name: keepsNames ? name : '',
    inputs: [...names.input.values()],
    parameters: [...names.parameter.values()],
    nodes,
    outputs: outputs.map((output, number) => [own(output.name, number), numberOf(output.expression)]),
  };
}

type Computed = Exclude<Expression, { readonly kind: 'input' | 'parameter' }>;

/** An expression that is no operand of the kernel, by the numbers of its own. */
function nodeOf(expression: Computed, numberOf: (expression: Expression) => number): readonly Json[] {
  switch (expression.kind) {
    case 'constant':
      return ['constant', REAL.encode(expression.value)];
    case 'unary':
      return [expression.operation, numberOf(expression.operand)];
    case 'binary':
      return [expression.operation, numberOf(expression.left), numberOf(expression.right)];
    case 'select':
      return ['select', ...[expression.condition, expression.whenTrue, expression.whenFalse].map(numberOf)];
    case 'withDerivativeOf':
      return ['withDerivativeOf', numberOf(expression.value), numberOf(expression.approximation)];
  }
}

function unflatten({ name, inputs, parameters, nodes, outputs }: FlatKernel, path: Path | undefined): Kernel {
  const names = new Set([...inputs, ...parameters]);
  if (names.size < inputs.length + parameters.length) failAtPath(path, 'two of its names are the same');
  if (outputs.length === 0) failAtPath(path, 'it has no output');
  const declared = { input: new Set(inputs), parameter: new Set(parameters) };
  const made: Expression[] = [];
  const inNodes: Path = { parent: path, key: 'nodes' };
  nodes.forEach((node, key) => made.push(Object.freeze(expressionOf(node, made, declared, { parent: inNodes, key }))));
  const inOutputs: Path = { parent: path, key: 'outputs' };
  return makeKernel(
    name,
    inputs,
    parameters,
    outputs.map(([output, number], key) => ({
      name: output,
      expression: made[number] ?? failAtPath({ parent: inOutputs, key }, `there is no node ${number}`),
    })),
  );
}

type Declared = Readonly<Record<'input' | 'parameter', ReadonlySet<string>>>;

function expressionOf(json: Json, made: readonly Expression[], declared: Declared, path: Path): Expression {
  if (!isList(json)) return failAtPath(path, 'a node is a list: an operation and its operands');
  const [operation, ...operands] = json;
  const expectCount = (count: number): void => {
    if (operands.length !== count)
      failAtPath(path, `${String(operation)} has ${count} operands, but here are ${operands.length}`);
  };
  const node = (position: number): Expression => {
    const number = operands[position];
    const known = typeof number === 'number' ? made[number] : undefined;
    return known ?? failAtPath(path, `operand ${position} is no node before this one: ${JSON.stringify(number)}`);
  };
  if (operation === 'constant') {
    expectCount(1);
    return { kind: 'constant', value: REAL.decode(operands[0]!, { parent: path, key: 1 }) };
  }
  if (operation === 'input' || operation === 'parameter') {
    expectCount(1);
    const name = TEXT.decode(operands[0]!, { parent: path, key: 1 });
    if (!declared[operation].has(name)) failAtPath(path, `there is no ${operation} "${name}"`);
    return { kind: operation, name };
  }
  if (operation === 'select') {
    expectCount(3);
    return { kind: 'select', condition: node(0), whenTrue: node(1), whenFalse: node(2) };
  }
  if (operation === 'withDerivativeOf') {
    expectCount(2);
    return { kind: 'withDerivativeOf', value: node(0), approximation: node(1) };
  }
  if (isOneOf(UNARY, operation)) {
    expectCount(1);
    return { kind: 'unary', operation, operand: node(0) };
  }
  if (isOneOf(BINARY, operation)) {
    expectCount(2);
    return { kind: 'binary', operation, left: node(0), right: node(1) };
  }
  const known = [
    'constant',
    'input',
    'parameter',
    'select',
    'withDerivativeOf',
    ...Object.keys(UNARY),
    ...Object.keys(BINARY),
  ];
  return failAtPath(path, `no operation: ${JSON.stringify(operation)}; known: ${known.join(', ')}`);
}

function isOneOf<Name extends string>(names: Readonly<Record<Name, true>>, value: Json | undefined): value is Name {
  return typeof value === 'string' && Object.hasOwn(names, value);
}
