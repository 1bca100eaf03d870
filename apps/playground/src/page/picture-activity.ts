/** @file How busy ensembles are, on the picture: as a filling, and once a second as a number. */
import type { DrawnObject } from '../runner/messages.ts';
import { nameOf, writeDetail } from './draw-network.ts';
import type { VisibleObject } from './visible-network.ts';

/** Hz that are drawn as full. */
const BUSY = 100;
/** Milliseconds between two numbers. */
const BETWEEN = 1000;

/** Mean rates, in Hz, of ensembles by identity. */
export type Rates = ReadonlyMap<string, number>;

export class PictureActivity {
  #saidAt = 0;

  /** @param groups what is drawn, by identity @param all objects of the network, seen or not */
  show(
    rates: Rates,
    visible: readonly VisibleObject[],
    groups: ReadonlyMap<string, SVGGElement>,
    all: readonly DrawnObject[],
  ): void {
    const now = performance.now();
    const isSaid = now - this.#saidAt > BETWEEN;
    if (isSaid) this.#saidAt = now;
    for (const { object, isOpen } of visible) {
      const rate = object.kind === 'network' ? rateWithin(object.id, rates, all) : rates.get(object.id);
      const group = groups.get(object.id);
      if (rate === undefined || group === undefined || isOpen) continue;
      const activity = Math.min(1, rate / BUSY).toFixed(2);
      if (group.style.getPropertyValue('--activity') !== activity) group.style.setProperty('--activity', activity);
      if (!isSaid) continue;
      writeDetail(group, `${object.neurons} neurons · ${rate.toFixed(0)} Hz`);
      group.querySelector('title')!.textContent = `${nameOf(object)}mean rate ${rate.toFixed(0)} Hz `;
    }
  }
}

function rateWithin(id: string, rates: Rates, all: readonly DrawnObject[]): number | undefined {
  const within = all.filter((each) => each.id.startsWith(`${id}/`) && rates.has(each.id));
  if (within.length === 0) return undefined;
  const neurons = within.reduce((sum, each) => sum + each.neurons, 0);
  return within.reduce((sum, each) => sum + rates.get(each.id)! * each.neurons, 0) / neurons;
}
