/**
 * @file Time constants that are parameters: those that an opinion of `trainable` names. What is learnt is the logarithm of the seconds,
 * which a program turns into seconds at its beginning: so they stay above 0 whatever an update does, and an update changes them by a part of
 * themselves.
 */
import type { BuildContext, SignalView } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import { describeObject, type Connection, type Ensemble } from '@ndl/model';
import { log, NdArray, zeros } from '@ndl/numerics';
import { timeConstantNotPositive } from './build-errors.ts';
import { resultInvalid } from '../checked/definition-errors.ts';
import { map } from './operators.ts';
import { wholeOf } from './views.ts';

/** Logarithms below minus this, and above it, count as that: 1e-9 s, and 1e9 s. So quotients and squares are finite in float32. */
const FURTHEST = 20.7;

const seconds: Kernel = /* @__PURE__ */ kernel(
  { name: 'time constant', inputs: ['logarithm'], parameters: [] },
  (k) => ({
    seconds: k.exp(k.max(k.min(k.inputs.logarithm, FURTHEST), -FURTHEST)),
  }),
);

/** Seconds by name. */
type TimeConstants = Readonly<Record<string, number>>;

/**
 * Those of the declared time constants that are parameters of `owner`, with their values.
 * @param data what has them as fields: the synapse, the neuron type
 * @param definition the name of the definition that declares them, for errors
 * @throws NdlError TIME_CONSTANT_NOT_POSITIVE for one that is to be trained, and is 0; DEFINITION_RESULT for what is no field of `data`
 */
export function namedTimeConstants(
  owner: Connection | Ensemble,
  data: object,
  declared: readonly string[],
  definition: string,
  context: BuildContext,
): TimeConstants {
  const values = data as Readonly<Record<string, unknown>>;
  const named = declared.filter((name) => {
    const question = questionOf(owner, name);
    // Both are asked of each, so that names that nobody asks for can be told.
    const isTrainable = context.isTrainable(question);
    const isNamed = context.isNamed(question);
    const value = values[name];
    if (typeof value !== 'number' || !(value >= 0 && value < Infinity))
      throw resultInvalid(
        definition,
        `the time constant '${name}'`,
        'a field that holds a number of seconds is wanted',
      );
    if (isTrainable && value === 0) throw timeConstantNotPositive(describeObject(owner), name);
    return isNamed && value > 0;
  });
  return Object.fromEntries(named.map((name) => [name, values[name] as number]));
}

/** What the parameter of a time constant is called among the signals of its object. */
function logarithmOf(name: string): string {
  return `log(${name})`;
}

/** A parameter for each, and what becomes of it: as many seconds, in an array of this shape. Signals of the owner by name. */
export function timeConstantSignals(
  owner: Connection | Ensemble,
  constants: TimeConstants,
  shape: readonly number[],
  context: BuildContext,
): Readonly<Record<string, SignalView>> {
  const signals = Object.entries(constants).map(([name, value]) => {
    const begin = `${context.nameOf(owner)}.`;
    const logarithm = wholeOf(
      context.signal({
        name: `${begin}${logarithmOf(name)}`,
        initial: new NdArray(Float64Array.of(log(value)), []),
        role: 'parameter',
        trainable: context.isTrainable(questionOf(owner, name)),
      }),
    );
    const view = wholeOf(context.signal({ name: `${begin}${name}`, initial: zeros(shape) }));
    context.add(
      map(`${context.labelOf(owner)}: ${name}`, {
        kernel: seconds,
        inputs: [{ view: logarithm, along: [] }],
        parameters: [],
        outputs: [view],
        mode: 'set',
      }),
    );
    context.setSignals(owner, { [logarithmOf(name)]: logarithm });
    return [name, view] as const;
  });
  return Object.fromEntries(signals);
}

function questionOf(owner: Connection | Ensemble, array: string): Parameters<BuildContext['isTrainable']>[0] {
  const question = { array, isTimeConstant: true };
  return owner.kind === 'ensemble' ? { ...question, ensemble: owner } : { ...question, connection: owner };
}
