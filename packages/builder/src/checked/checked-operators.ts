/** @file What definitions of rules and transforms write, taken at nobody's word: what is wrong with it is said of kind and plugin. */
import type {
  BuiltLearningRule,
  LearningSite,
  OperatorContext,
  MapOperator,
  Operand,
  SignalView,
  Spread,
  Strided,
} from '@ndl/core';
import type { Kernel } from '@ndl/ir';
import type { LearningRuleType } from '@ndl/model';
import { sizeOf } from '@ndl/numerics';
import { kindOf } from './arrays.ts';
import { resultInvalid } from './definition-errors.ts';

/** What a rule has built, with a delta of the right shape and every signal that probes may name. @throws NdlError DEFINITION_RESULT */
export function checkedRule(
  definition: string,
  { probeable }: LearningRuleType,
  { modified }: LearningSite,
  built: unknown,
): BuiltLearningRule {
  const { delta, signals = {} } = (built ?? {}) as Partial<BuiltLearningRule>;
  if (!isView(delta)) throw resultInvalid(definition, 'no delta', 'a view is wanted: by how much the array changes');
  requireShape(definition, 'delta', delta, modified.shape);
  if (delta.signal === modified.signal)
    throw resultInvalid(
      definition,
      'as its delta what it changes',
      'a signal of its own is wanted, which is added to that',
    );
  const named = signals as Readonly<Record<string, unknown>>;
  const missing = probeable.find((name) => name !== 'delta' && !isView(named[name]));
  if (missing !== undefined)
    throw resultInvalid(definition, `no signal '${missing}'`, 'every name in probeable needs a view, beside delta');
  return { delta, signals };
}

/** The operands of a map, in the order of its kernel. @throws NdlError DEFINITION_RESULT */
export function requireMap(
  definition: string,
  { kernel, inputs, parameters = {}, outputs, mode }: Parameters<OperatorContext['map']>[0],
): Pick<MapOperator, 'inputs' | 'parameters' | 'outputs'> {
  if (!Array.isArray((kernel as Partial<Kernel> | null)?.outputs))
    throw resultInvalid(definition, `a map of a kernel that is ${kindOf(kernel)}`, 'what kernel(…) made is wanted');
  if (mode !== 'set' && mode !== 'update')
    throw resultInvalid(definition, `a map of mode ${String(mode)}`, "'set' or 'update' is wanted");
  const find = <Value>(what: string, from: Readonly<Record<string, Value>>, name: string): Value => {
    if (Object.hasOwn(from, name)) return from[name]!;
    const known = Object.keys(from).join(', ') || 'none';
    throw resultInvalid(definition, `a map without ${what} '${name}' of kernel ${kernel.name}`, `given are ${known}`);
  };
  const targets = kernel.outputs.map(({ name }) => find('the output', outputs, name));
  const shape = requireView(definition, targets[0]).shape;
  for (const target of targets) requireShape(definition, 'an output of a map', requireView(definition, target), shape);
  return {
    outputs: targets,
    inputs: kernel.inputs.map((name) => requireSpread(definition, find('the input', inputs, name), shape)),
    parameters: kernel.parameters.map((name) => {
      const value = find('the parameter', parameters, name);
      if (Number.isFinite(value)) return value;
      throw resultInvalid(definition, `a map with ${name} = ${String(value)}`, 'a finite number is wanted');
    }),
  };
}

/** An operand of a product: one that is spread over its shape, or strided within its view. @throws NdlError DEFINITION_RESULT */
export function requireFactor(
  definition: string,
  operand: Operand | Strided,
  shape: readonly number[],
): Spread | Strided {
  if (!isStrided(operand)) return requireSpread(definition, operand, shape);
  const { offset, strides, indices = [] } = operand;
  const view = requireView(definition, operand.view);
  if (view.selection !== undefined && (view.selection.kind === 'indices' || view.shape.length !== 1))
    throw resultInvalid(
      definition,
      'strides over a list of elements',
      'a whole signal, or a slice of a vector, has strides',
    );
  const listed = new Map(indices.map(({ axis, offsets }) => [axis, offsets]));
  const ascends = indices.every(
    ({ axis }, at) => shape[axis] !== undefined && (at === 0 || axis > indices[at - 1]!.axis),
  );
  const isWhole =
    [offset, ...strides].every(Number.isInteger) && indices.every(({ offsets }) => offsets.every(Number.isInteger));
  const fits = indices.every(({ axis, offsets }) => offsets.length === shape[axis]);
  if (!ascends || !isWhole || !fits || strides.length !== shape.length)
    throw resultInvalid(
      definition,
      `an operand with strides [${strides.join(', ')}] from ${offset}, and ${indices.length} lists`,
      `a whole number for each axis of [${shape.join(', ')}], and lists of the length of their axes, by ascending axis, are wanted`,
    );
  let [first, last] = [offset, offset];
  for (const [axis, length] of shape.entries()) {
    const [least, most] = extentOf(listed.get(axis), strides[axis]!, length);
    first += least;
    last += most;
  }
  const size = sizeOf(view.shape);
  if (first >= 0 && last < size) return operand;
  throw resultInvalid(
    definition,
    `strides that reach the elements ${first} to ${last} of a view of ${size}`,
    'they must stay within it',
  );
}

/** The least and the most that an axis adds. */
function extentOf(offsets: readonly number[] | undefined, stride: number, length: number): readonly [number, number] {
  if (offsets !== undefined) {
    let [least, most] = [Infinity, -Infinity];
    for (const each of offsets) {
      least = Math.min(least, each);
      most = Math.max(most, each);
    }
    return [least, most];
  }
  const reach = stride * (length - 1);
  return [Math.min(0, reach), Math.max(0, reach)];
}

/** An operand as a view that fits a shape. @throws NdlError DEFINITION_RESULT */
function requireSpread(definition: string, operand: Operand, shape: readonly number[]): Spread {
  const spread = isSpread(operand)
    ? operand
    : { view: requireView(definition, operand), along: [...operand.shape.keys()] };
  const view = requireView(definition, spread.view);
  const { along } = spread;
  const fits =
    along.length === view.shape.length &&
    along.every((axis, at) => {
      const ascends = at === 0 || axis > along[at - 1]!;
      return ascends && shape[axis] !== undefined && [1, shape[axis]].includes(view.shape[at]!);
    });
  if (fits) return spread;
  throw resultInvalid(
    definition,
    `a view of shape [${view.shape.join(', ')}] along the axes [${along.join(', ')}]`,
    `of shape [${shape.join(', ')}]; these are the axes, ascending, that have its lengths, or a length of 1 that repeats`,
  );
}

function isSpread(operand: unknown): operand is Spread {
  return typeof operand === 'object' && operand !== null && 'view' in operand && 'along' in operand;
}

function isStrided(operand: unknown): operand is Strided {
  return typeof operand === 'object' && operand !== null && 'view' in operand && 'strides' in operand;
}

function isView(value: unknown): value is SignalView {
  return typeof value === 'object' && value !== null && 'signal' in value && 'shape' in value;
}

function requireView(definition: string, value: unknown): SignalView {
  if (isView(value)) return value;
  throw resultInvalid(definition, 'something in the place of a view', 'signals of the context, or of the site');
}

function requireShape(definition: string, what: string, { shape }: SignalView, wanted: readonly number[]): void {
  if (shape.join() === wanted.join()) return;
  throw resultInvalid(definition, `${what} of shape [${shape.join(', ')}]`, `[${wanted.join(', ')}] is wanted`);
}
