/** @file The object or connection that is chosen: what it is, what may be done with it, and where it goes when the model changes. */
import type { AboutObject, DrawnConnection, DrawnObject } from '../runner/messages.ts';
import { chosenPanel, showAbout, showRates, type AboutActions } from './about-panel.ts';
import { byId, element } from './element.ts';

export class ChosenObject {
  readonly #place = byId('chosen');
  readonly #actions: AboutActions & { describe(id: string): void };
  #chosen: DrawnObject | DrawnConnection | undefined;

  /** @param actions what may be done; `describe` asks for what {@link ChosenObject.show} shows */
  constructor(actions: AboutActions & { describe(id: string): void }) {
    this.#actions = actions;
  }

  choose(object: DrawnObject | DrawnConnection): void {
    this.#chosen = object;
    this.#place.replaceChildren(...chosenPanel(object, this.#actions));
    this.#actions.describe(object.id);
  }

  /** After another build: the one of the same identity, if there is one. */
  keep(objects: readonly (DrawnObject | DrawnConnection)[]): void {
    const still = objects.find(({ id }) => id === this.#chosen?.id);
    if (still) return this.choose(still);
    this.#chosen = undefined;
    const hint = 'Choose an object to see what it is and to plot it.';
    this.#place.replaceChildren(element('p', { class: 'hint' }, [hint]));
  }

  show(about: AboutObject): void {
    showAbout(this.#place, about);
  }

  showRates(rates: Float32Array): void {
    showRates(this.#place, rates);
  }

  /** What the picture shows of it changed. */
  refresh(): void {
    const { id } = this.#chosen ?? {};
    const toggle = this.#place.querySelector('[data-toggle]');
    if (toggle !== null && id !== undefined) toggle.textContent = this.#actions.isOpen(id) ? 'Close' : 'Open';
  }
}
