/**
 * @file How the continuous time of NIR becomes steps: what each simulator does differently, as choices with names. NIR has no time step, and
 * does not say what a step does first.
 */
import { refuseSurplus } from '@ndl/numerics';
import { invalidOption, unknownChoice, unknownOption } from './errors.ts';

/** How a node of neurons runs in steps of dt. */
export interface NirConvention {
  /** How a membrane, or a synapse, leaks in a step: by exp(-dt / τ), or by 1 - dt / τ. */
  readonly leak: 'exact' | 'forwardEuler';
  /**
   * What an input is multiplied with where there is a leak. `exact`: 1 - exp(-dt / τ), a current that is constant in the step.
   * `forwardEuler`: dt / τ. `beforeLeak`: dt / τ, and the leak of the step is undone, as where the input comes after the leak of this step and
   * before that of the next.
   */
  readonly input: 'exact' | 'forwardEuler' | 'beforeLeak';
  /** What comes in where there is no leak (I, IF): `perStep` a charge, which counts whole in each step; `perSecond` a current, times dt. */
  readonly charge: 'perStep' | 'perSecond';
  /**
   * Where a spike is. `inStep`: at the end of the step in which the threshold is passed, which shows the membrane after its reset.
   * `nextStep`: the step after, which begins with the reset. `withinStep`: LIF and IF spike where the threshold is passed, and integrate
   * on from there, several times in a step if need be; CubaLIF as `inStep`.
   */
  readonly spike: 'inStep' | 'nextStep' | 'withinStep';
  /** Where the membrane stands after a spike: at `v_reset`; lower by the threshold; at 0; or where it was. */
  readonly reset: 'value' | 'subtract' | 'zero' | 'none';
  /** Whether a membrane that stands at the threshold spikes. */
  readonly threshold: 'above' | 'reached';
  /**
   * Who integrates what, in CubaLI and CubaLIF. `synapseFirst`: the membrane sees the current after its step; `membraneFirst`: as it was before;
   * `together`: both at once, exactly, for an input that is constant in the step, whatever `leak` and `input` say.
   */
  readonly order: 'synapseFirst' | 'membraneFirst' | 'together';
  /** What a spike is in its step: 1, or 1 / dt, so that its area is 1. */
  readonly pulse: 'one' | 'unitArea';
}

/** The choices there are, the default first. */
export const CONVENTION_CHOICES: { readonly [Name in keyof NirConvention]: readonly NirConvention[Name][] } = {
  leak: ['exact', 'forwardEuler'],
  input: ['exact', 'forwardEuler', 'beforeLeak'],
  charge: ['perStep', 'perSecond'],
  spike: ['withinStep', 'inStep', 'nextStep'],
  reset: ['value', 'subtract', 'zero', 'none'],
  threshold: ['above', 'reached'],
  order: ['together', 'synapseFirst', 'membraneFirst'],
  pulse: ['one', 'unitArea'],
};

/** Names of conventions. */
export type NirConventionName =
  'exact' | 'nengo' | 'norse' | 'rockpool' | 'rockpoolFile' | 'sinabs' | 'snntorch' | 'spyx';

const exact: NirConvention = {
  leak: 'exact',
  input: 'exact',
  charge: 'perStep',
  spike: 'withinStep',
  reset: 'value',
  threshold: 'above',
  order: 'together',
  pulse: 'one',
};
const euler: NirConvention = {
  ...exact,
  leak: 'forwardEuler',
  input: 'forwardEuler',
  spike: 'inStep',
  order: 'synapseFirst',
};
const exponential: NirConvention = { ...euler, leak: 'exact', reset: 'subtract' };

/**
 * Conventions by name. Those of simulators are what reproduces their traces of one LIF neuron; the trace of no simulator says what it does with
 * `order` and `charge`. `rockpoolFile` is for files that Rockpool wrote, whose `r` undoes a leak.
 */
export const NIR_CONVENTIONS: Readonly<Record<NirConventionName, NirConvention>> = {
  exact,
  nengo: { ...exact, spike: 'inStep', reset: 'zero' },
  norse: euler,
  rockpool: exponential,
  rockpoolFile: { ...exponential, input: 'beforeLeak' },
  sinabs: exponential,
  snntorch: { ...euler, reset: 'zero' },
  spyx: { ...euler, spike: 'nextStep', reset: 'subtract' },
};

/** A convention by name, or choices: those that are left out are as in `exact`, or as in the convention named by `like`. */
export type NirConventionInput = NirConventionName | (Partial<NirConvention> & { readonly like?: NirConventionName });

/**
 * The convention that a name, or some choices, stand for.
 * @param where begins the sentence of errors
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function conventionFrom(
  given: NirConventionInput,
  where: string,
  fallback: NirConvention = NIR_CONVENTIONS.exact,
): NirConvention {
  refuseSurplus('conventionFrom', arguments, 3);
  if (typeof given === 'string') return named(given, where);
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw invalidOption(where, `the name of a convention, or an object of choices`, given);
  const { like, ...choices } = given;
  const known = Object.keys(CONVENTION_CHOICES);
  for (const [name, choice] of Object.entries(choices)) {
    if (!known.includes(name)) throw unknownOption(where, name, ['like', ...known]);
    const words: readonly string[] = CONVENTION_CHOICES[name as keyof NirConvention];
    if (choice !== undefined && !words.includes(choice)) throw unknownChoice(`${where}: ${name}`, choice, words);
  }
  const made = Object.fromEntries(Object.entries(choices).filter(([, choice]) => choice !== undefined));
  return { ...(like === undefined ? fallback : named(like, `${where}: like`)), ...made };
}

function named(name: string, where: string): NirConvention {
  if (!Object.hasOwn(NIR_CONVENTIONS, name)) throw unknownChoice(where, name, Object.keys(NIR_CONVENTIONS));
  return NIR_CONVENTIONS[name as NirConventionName];
}

/** Nodes as Rockpool names them: `1_LIFNeuronTorch`. */
const OF_ROCKPOOL = /^\d+_\w*Torch$/u;

/** The convention of whoever wrote a file, where the names of its nodes tell; else `exact`. */
export function conventionOfWriter(names: Iterable<string>): NirConventionName {
  refuseSurplus('conventionOfWriter', arguments, 1);
  return [...names].some((name) => OF_ROCKPOOL.test(name)) ? 'rockpoolFile' : 'exact';
}
