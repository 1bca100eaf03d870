/** @file The plots of a model: those that stay keep their samples until the model runs anew. */
import type { Panel } from '../runner/messages.ts';
import { element } from './element.ts';
import { paced } from './paced.ts';
import { createPlot, type Plot } from './plot.ts';

/** Seconds that can be gone back. */
const KEPT_SECONDS = 60;
/** Milliseconds that words and numbers stay, so that they can be read. */
export const READING = 125;

export class PlotList {
  readonly #place: HTMLElement;
  readonly #scrub: HTMLInputElement;
  #plots = new Map<string, Plot>();
  #time = 0;
  #isBehind = false;
  #isDrawn = true;
  readonly #say = paced(READING, () => {
    const time = this.#time;
    this.#scrub.max = time.toFixed(2);
    this.#scrub.min = Math.max(0, time - KEPT_SECONDS).toFixed(2);
    if (!this.#isBehind) this.#scrub.value = String(time);
    const moment = this.#moment;
    for (const plot of this.plots) plot.say(moment);
  });

  constructor(place: HTMLElement, scrub: HTMLInputElement) {
    this.#place = place;
    this.#scrub = scrub;
    scrub.oninput = () => {
      this.#isBehind = scrub.valueAsNumber < Number(scrub.max) - 0.005;
      this.draw();
    };
    new ResizeObserver(() => this.draw()).observe(place);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
  }

  get plots(): readonly Plot[] {
    return [...this.#plots.values()];
  }

  /**
   * Begins anew.
   * @param left how many more plots there would be
   * @param removal what takes a plot away; undefined for those that stay
   */
  show(panels: readonly Panel[], left: number, removal: (panel: Panel) => (() => void) | undefined): void {
    [this.#time, this.#isBehind] = [0, false];
    this.#plots = new Map(panels.map((panel) => [panel.id, createPlot(panel, removal(panel))]));
    this.#place.replaceChildren(...this.plots.map(({ node }) => node));
    if (left > 0)
      this.#place.append(element('p', { class: 'hint' }, [`… and ${left} more plots, which are not drawn.`]));
    if (this.#plots.size === 0)
      this.#place.append(element('p', { class: 'hint' }, ['Choose an object of the network to plot it.']));
  }

  push(time: number, data: Readonly<Record<string, Float32Array>>): void {
    this.#time = time;
    for (const [id, rows] of Object.entries(data)) this.#plots.get(id)?.push(rows);
    this.draw();
  }

  /** Back to now. */
  follow(): void {
    this.#isBehind = false;
    this.#scrub.value = String(this.#time);
  }

  get #moment(): number {
    return this.#isBehind ? this.#scrub.valueAsNumber : this.#time;
  }

  /** At the next frame, once; what is to be read is said then, or when what stands there was there long enough. */
  draw(): void {
    if (!this.#isDrawn) return;
    this.#isDrawn = false;
    requestAnimationFrame(() => {
      this.#isDrawn = true;
      const moment = this.#moment;
      for (const plot of this.plots) plot.draw(moment);
      this.#say();
    });
  }
}
