/** @file What definitions of rules and transforms write, taken at nobody's word: what is wrong with it is said of kind and plugin. */
import type {
  BuiltLearningRule,
  LearningSite,
  OperatorContext,
  MapOperator,
  Operand,
  SignalView,
  Spread,
} from '@ndl/core';
import type { LearningRuleType } from '@ndl/model';
import { resultInvalid } from '../errors.ts';

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

/** An operand as a view that fits a shape. @throws NdlError DEFINITION_RESULT */
export function requireSpread(definition: string, operand: Operand, shape: readonly number[]): Spread {
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
