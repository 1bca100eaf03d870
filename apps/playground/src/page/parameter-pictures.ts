/** @file Histograms of what is learnt: of all weights and gradients, and of each array by itself for those who open the list. */
import type { EpochNews, LearntParameter } from '../runner/messages.ts';
import { element } from './element.ts';
import { histogram } from './histogram.ts';

/** Arrays that are shown by themselves, at most. */
const MOST_ARRAYS = 24;

export class ParameterPictures {
  readonly node: HTMLDetailsElement;
  readonly #list = element('div', { class: 'parameters' });
  #latest: readonly LearntParameter[] = [];

  constructor() {
    const summary = element('summary', {}, ['Each parameter by itself']);
    this.node = element('details', { class: 'each-parameter' }, [summary, this.#list]);
    this.node.ontoggle = () => this.#draw();
    this.node.hidden = true;
  }

  show(parameters: readonly LearntParameter[]): void {
    this.#latest = parameters;
    this.node.hidden = parameters.length === 0;
    this.#draw();
  }

  #draw(): void {
    if (!this.node.open) return;
    const shown = this.#latest.slice(0, MOST_ARRAYS).map(({ name, size, values, gradient }) => {
      const pictures = [
        figure('Values', histogram(values, `${name}, values`)),
        figure('Gradients', histogram(gradient, `${name}, gradients`)),
      ];
      return element('section', { 'aria-label': name }, [
        element('h3', {}, [`${name}, ${size}`]),
        element('div', { class: 'training-details' }, pictures),
      ]);
    });
    const more = this.#latest.length - shown.length;
    const note = more > 0 ? [element('p', { class: 'hint' }, [`… and ${more} more.`])] : [];
    this.#list.replaceChildren(...shown, ...note);
  }
}

/** Weights and gradients of all together. */
export function picturesOfAll({ weights, parameters }: EpochNews): HTMLElement[] {
  const all = Float32Array.from(parameters.flatMap(({ gradient }) => [...gradient]));
  const gradients = all.length === 0 ? [] : [figure('Gradients of the loss', histogram(all, 'Gradients of the loss'))];
  return [figure('Weights', histogram(weights, 'Weights')), ...gradients];
}

/** A picture below what it is of. */
export function figure(caption: string, picture: Element): HTMLElement {
  return element('figure', {}, [element('figcaption', {}, [caption]), picture]);
}
