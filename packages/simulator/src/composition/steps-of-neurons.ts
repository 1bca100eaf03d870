/** @file Warns where numbers of neurons are for steps of another length than the simulation has. */
import type { NeuronDefinition } from '@ndl/core';
import { describeObject, networksWithin, type Ensemble, type Network } from '@ndl/model';

/** Rounding of what is meant to be the same number of seconds: 1 / 3 / 1000 and 1 / 3000. */
const SAME = 1e-9;

/**
 * One warning for each kind and length of steps: simulations run such neurons from step to step, however long these are, while rates,
 * and the tuning and training by them, follow from the length that the neuron type names.
 */
export function warnOfOtherSteps(
  network: Network,
  neurons: ReadonlyMap<string, Pick<NeuronDefinition, 'stepField'>>,
  dt: number,
  onWarning: (message: string) => void,
): void {
  const found = new Map<
    string,
    { readonly first: Ensemble; readonly field: string; readonly step: number; count: number }
  >();
  for (const { ensembles } of networksWithin(network)) {
    for (const ensemble of ensembles) {
      const { neuronType } = ensemble;
      const field = neurons.get(neuronType.kind)?.stepField;
      const step: unknown = field && (neuronType as unknown as Readonly<Record<string, unknown>>)[field];
      if (field === undefined || typeof step !== 'number' || Math.abs(step - dt) <= SAME * dt) continue;
      const key = `${neuronType.kind} ${step}`;
      const known = found.get(key) ?? { first: ensemble, field, step, count: 0 };
      found.set(key, { ...known, count: known.count + 1 });
    }
  }
  for (const { first, field, step, count } of found.values()) {
    const { kind } = first.neuronType;
    const others = count === 1 ? '' : ` and ${count - 1} other${count === 2 ? '' : 's'}`;
    onWarning(
      `${describeObject(first)}${others}: ${kind} neurons of ${field} ${step} in a simulation of dt ${dt}, both in seconds. A step does the same to them ` +
        `however long it is, so that they are ${dt > step ? 'slower' : 'faster'} than they were meant to be; their rates, and tuning and training by ` +
        `rates, are those of steps of ${step} s. Give the neuron type ${field}: ${dt}, or the simulation dt: ${step}.`,
    );
  }
}
