/** @file `describeNeuron`: the conformance suite of kinds of neuron and of the approximations that train them. */
import { isNdlError, withTuning, type NeuronDefinition, type NeuronStep } from '@ndl/core';
import type { Dtype } from '@ndl/ir';
import type { NeuronType } from '@ndl/model';
import { describe, expect, test } from 'vitest';
import { PATIENCE } from '../patience.ts';
import {
  drawProblems,
  finitenessProblems,
  nameProblems,
  rateProblems,
  reachableRates,
  slopeProblems,
  slopesOf,
  stateProblems,
  steadyRateProblems,
  tuningProblems,
} from './neuron-checks.ts';
import { hasOwnDerivative } from './neuron-steps.ts';
import { dtOf, EXTREME_CURRENTS, type NeuronSuite } from './neuron-suite.ts';

const DTYPES: readonly Dtype[] = ['float32', 'float64'];

/**
 * Declares the tests of a kind of neuron, to be called at the top level of a test file:
 * `describeNeuron('myNeuron', { definition, neuronTypes: [myNeuron(), myNeuron({ leak: 0.1 })] })`.
 */
export function describeNeuron<Type extends NeuronType>(name: string, suite: NeuronSuite<Type>): void {
  const { definition, neuronTypes, gradientApproximations = [], settings = {} } = suite;
  /** Contracts of approximations are written for any type; here it is always the definition's. */
  const anyDefinition = definition as unknown as NeuronDefinition;
  const rateStepsOf = (neuronType: Type): NeuronStep[] =>
    definition.rateStep ? [definition.rateStep(neuronType, dtOf(suite))] : [];
  /** What has a derivative that training uses. */
  const trainedStepsOf = (neuronType: Type): NeuronStep[] => [
    ...rateStepsOf(neuronType),
    ...gradientApproximations.map((each) => each.trainingStep(anyDefinition, neuronType, settings, dtOf(suite))),
  ];
  const allStepsOf = (neuronType: Type): NeuronStep[] => [definition.step(neuronType), ...trainedStepsOf(neuronType)];

  describe(`neuron ${name}`, { timeout: PATIENCE }, () => {
    test('is of the kind of its types, which differ', () => {
      expect(neuronTypes.map(({ kind }) => kind)).toEqual(neuronTypes.map(() => definition.kind));
      const parameters = neuronTypes.map((neuronType) => JSON.stringify(definition.step(neuronType).parameters));
      expect(new Set(parameters).size).toBe(neuronTypes.length);
    });

    test('is supported by its approximations', () => {
      const unsupporting = gradientApproximations.filter((approximation) => !approximation.supports(anyDefinition));
      expect(unsupporting.map((approximation) => approximation.name)).toEqual([]);
    });

    test('has one kernel for all types, so that populations merge', () => {
      const [first, ...others] = neuronTypes.map((neuronType) => allStepsOf(neuronType).map(({ kernel }) => kernel));
      for (const kernels of others) kernels.forEach((kernel, index) => expect(kernel).toBe(first![index]));
    });

    describe.each(neuronTypes.map((neuronType, index) => ({ index, neuronType })))('type $index', ({ neuronType }) => {
      test('names current, states and parameters, nothing else', () => {
        expect(allStepsOf(neuronType).flatMap((step) => nameProblems(step, neuronType.states))).toEqual([]);
      });

      test('has states that its step knows', () => {
        expect(stateProblems(suite, neuronType)).toEqual([]);
      });

      test('draws numbers that follow from its stream and the current', () => {
        expect(drawProblems(suite, neuronType)).toEqual([]);
      });

      test('has a rate of the current, and of states that it moves on itself', () => {
        for (const { kernel } of rateStepsOf(neuronType)) {
          const states = kernel.inputs.slice(1);
          expect(kernel.inputs[0]).toBe('current');
          expect(kernel.outputs.map((output) => output.name).sort()).toEqual(['output', ...states].sort());
          expect(states.length === 0 && kernel.parameters.includes('dt')).toBe(false);
        }
      });

      test('stays finite at any current', () => {
        const problems = DTYPES.flatMap((dtype) =>
          allStepsOf(neuronType).flatMap((step) => finitenessProblems(suite, step, neuronType, dtype)),
        );
        expect(problems).toEqual([]);
      });

      test('fires at the rate that it declares', () => {
        expect(DTYPES.flatMap((dtype) => steadyRateProblems(suite, neuronType, dtype))).toEqual([]);
      });

      test('has the same rates as a kernel', () => {
        expect(DTYPES.flatMap((dtype) => rateProblems(suite, neuronType, dtype))).toEqual([]);
      });

      test('gets max rates and intercepts back from gain and bias', () => {
        expect(tuningProblems(suite, neuronType)).toEqual([]);
      });

      test('refuses what it cannot reach', () => {
        const tune = (maxRate: number, intercept: number) => (): unknown =>
          withTuning(definition).gainBias(neuronType, Float64Array.of(maxRate), Float64Array.of(intercept));
        const refusal = (code: string): unknown => expect.toSatisfy((error) => isNdlError(error, code));
        expect(tune(reachableRates(definition, neuronType)[0]!, 1)).toThrow(refusal('INTERCEPT_OUT_OF_RANGE') as Error);
        const isTunedItself = neuronType.baseType === undefined && neuronType.maximumRate !== undefined;
        const beyond = isTunedItself ? [neuronType.maximumRate! * 1.01] : [];
        for (const maxRate of beyond) expect(tune(maxRate, 0)).toThrow(refusal('MAX_RATE_UNREACHABLE') as Error);
      });

      test('has finite derivatives', () => {
        for (const step of trainedStepsOf(neuronType)) {
          for (const dtype of DTYPES) {
            const slopes = slopesOf(step, neuronType.states, EXTREME_CURRENTS, dtOf(suite), dtype);
            expect(slopes.filter((slope) => !Number.isFinite(slope))).toEqual([]);
          }
        }
      });

      test('has the derivatives of its values, where nothing stands in', () => {
        const own = trainedStepsOf(neuronType).filter(({ kernel }) => hasOwnDerivative(kernel));
        expect(own.flatMap((step) => slopeProblems(suite, step, neuronType))).toEqual([]);
      });
    });
  });
}
