/** @file Calls of host functions, step by step. What such a function does is not counted; what it is given and gives is. */
import type { FloatArray } from '@ndl/core';
import type { Elements } from './elements.ts';
import type { Emitter } from './workshop.ts';

export const emitHost: Emitter<'host'> = ({ host, inputs: from, outputs: to }, workshop) => {
  const { frame } = workshop;
  const { dt, hosts } = frame.program;
  const { scope } = hosts.find(({ id }) => id === host)!;
  const inputs = from.map((view) => workshop.elements(view));
  const outputs = to.map((view) => workshop.elements(view));
  const extent = workshop.extent([...inputs, ...outputs]);
  const calls = scope === 'batch' ? [extent.items] : extent.items.map((item) => [item]);
  /** A vector of these items, one after another. */
  const vectorOf = ({ length }: Elements, items: readonly number[]): FloatArray =>
    workshop.numbers(length * items.length);
  return (moment) => {
    for (const step of extent.steps(moment)) {
      const number = moment.stepsBefore + step + 1;
      calls.forEach((items, call) => {
        const given = inputs.map((view) => vectorOf(view, items));
        const taken = outputs.map((view) => vectorOf(view, items));
        inputs.forEach((view, index) => {
          forEachNumber(view, items, (item, position, at) => (given[index]![at] = view.read(step, item, position)));
        });
        frame.instancesOf(host)[call]!.call(number * dt, number, given, taken);
        outputs.forEach((view, index) => {
          forEachNumber(view, items, (item, position, at) => view.write(step, item, position, taken[index]![at]!));
        });
      });
    }
  };
};

function forEachNumber(
  { length }: Elements,
  items: readonly number[],
  visit: (item: number, position: number, at: number) => void,
): void {
  items.forEach((item, index) => {
    for (let position = 0; position < length; position++) visit(item, position, index * length + position);
  });
}
