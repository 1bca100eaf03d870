/** @file Tokens and functions of the settings → what they stand for. Refusals name the setting, and the place that made it. */
import type { CompileOptions, StepSources } from '@ndl/compiler';
import {
  BACKENDS,
  GRADIENT_APPROXIMATIONS,
  isNdlError,
  SIMPLIFICATION_CHOICES,
  SIMPLIFICATIONS,
  SLOTS,
  type GradientApproximation,
  type NeuronDefinition,
  type Settings,
  type Token,
} from '@ndl/core';
import type { PluginContainer } from '@ndl/container';
import { gradientCannotTrain, gradientInvalid, settingRefused, unknownNeuronKind } from './choice-errors.ts';

/** What settings choose, before anything is built. */
export type ChosenServices = Pick<
  CompileOptions,
  'simplifications' | 'planner' | 'plannerName' | 'sorter' | 'sorterName'
> &
  Pick<StepSources, 'gradientFor'>;

/** Does something for a setting. What it throws is thrown again with the setting's name and place in front. */
export type OnBehalfOf = <Result>(name: keyof Settings, action: () => Result) => Result;

/** @param siteOf the place that made a setting; undefined where nobody did, and then nobody is blamed. */
export function onBehalfOf(siteOf: (name: keyof Settings) => string | undefined): OnBehalfOf {
  return (name, action) => {
    const blamed = (error: unknown): unknown => {
      const site = siteOf(name);
      return isNdlError(error) && site !== undefined ? settingRefused(name, site, error) : error;
    };
    try {
      const result = action();
      if (!(result instanceof Promise)) return result;
      return result.catch((error: unknown) => {
        throw blamed(error);
      }) as typeof result;
    } catch (error) {
      throw blamed(error);
    }
  };
}

/**
 * Looks up everything that the settings choose, so that what is wrong with them shows before anything runs.
 * @throws NdlError UNKNOWN_TOKEN, NOT_A_CHOICE, SLOT_EMPTY; UNKNOWN_KIND, GRADIENT_UNSUPPORTED for `gradient` by kind.
 */
export function chooseServices(
  container: PluginContainer,
  settings: Settings,
  neurons: ReadonlyMap<string, NeuronDefinition>,
  forSetting: OnBehalfOf,
): ChosenServices {
  const { simplifications, planner, sorter, backend } = settings;
  if (backend !== undefined) forSetting('backend', () => container.chooseFrom(BACKENDS, backend));
  return {
    simplifications: forSetting(
      'simplifications',
      () =>
        simplifications?.map((choice) =>
          typeof choice === 'symbol' ? container.chooseFrom(SIMPLIFICATION_CHOICES, choice) : choice,
        ) ?? container.getAll(SIMPLIFICATIONS),
    ),
    planner: forSetting('planner', () => container.choose(SLOTS.planner, planner)),
    plannerName: container.nameOfChoice(SLOTS.planner, planner),
    sorter: forSetting('sorter', () => container.choose(SLOTS.sorter, sorter)),
    sorterName: container.nameOfChoice(SLOTS.sorter, sorter),
    gradientFor: forSetting('gradient', () => chooseGradients(container, settings, neurons)),
  };
}

/** The approximation that trains a kind: the one set for it, else the one set for all kinds that it supports, else the default. */
function chooseGradients(
  container: PluginContainer,
  { gradient }: Settings,
  neurons: ReadonlyMap<string, NeuronDefinition>,
): (kind: string) => GradientApproximation {
  const byDefault = (): GradientApproximation => container.choose(SLOTS.gradient);
  const chosen = (key: Token<GradientApproximation>): GradientApproximation =>
    container.chooseFrom(GRADIENT_APPROXIMATIONS, key);
  if (gradient === undefined) return byDefault;
  if (typeof gradient === 'symbol') {
    const forAll = chosen(gradient);
    return (kind) => (canTrain(forAll, neurons.get(kind)!) ? forAll : byDefault());
  }
  const byKind = new Map<string, GradientApproximation>();
  for (const [kind, key] of Object.entries(gradient as Readonly<Record<string, Token<GradientApproximation>>>)) {
    const definition = neurons.get(kind);
    if (definition === undefined) throw unknownNeuronKind(kind, [...neurons.keys()]);
    const approximation = chosen(key);
    if (!canTrain(approximation, definition)) {
      const known = [...neurons.values()].filter((other) => canTrain(approximation, other)).map((other) => other.kind);
      throw gradientCannotTrain(approximation.name, kind, known);
    }
    byKind.set(kind, approximation);
  }
  return (kind) => byKind.get(kind) ?? byDefault();
}

/** @throws NdlError GRADIENT_INVALID for an approximation that does not say, or throws what is no NdlError. */
function canTrain(approximation: GradientApproximation, definition: NeuronDefinition): boolean {
  let answer: unknown;
  try {
    answer = approximation.supports(definition);
  } catch (error) {
    throw isNdlError(error) ? error : gradientInvalid(approximation.name, definition.kind, 'threw', error);
  }
  if (typeof answer !== 'boolean') throw gradientInvalid(approximation.name, definition.kind, 'returned', answer);
  return answer;
}
