/** @file What the page says of the object that was chosen, and what may be done with it. */
import type { PanelKind } from '@ndl/model-source';
import type { AboutObject, DrawnConnection, DrawnObject, TuningCurves } from '../runner/messages.ts';
import { drawing, element } from './element.ts';
import { histogram } from './histogram.ts';

const PLOTS: Readonly<Partial<Record<PanelKind, string>>> = {
  value: 'Value',
  xy: 'x against y',
  raster: 'Spikes',
  voltages: 'Voltages',
  grid: 'Neuron grid',
  weights: 'Weights',
};

export interface AboutActions {
  plot(object: string, kind: PanelKind): void;
  toggle(object: string): void;
  isOpen(object: string): boolean;
  goTo(line: number): void;
}

/** A name, buttons for its plots, and room for more, which {@link showAbout} fills when it is known. */
export function chosenPanel(object: DrawnObject | DrawnConnection, actions: AboutActions): HTMLElement[] {
  const isBox = 'label' in object;
  const kind = isBox ? object.kind : 'connection';
  const name = isBox ? object.label : object.id;
  const about = element('p', {}, [element('strong', {}, [name]), ` ${kind}: ${object.detail} `]);
  if (object.line !== null) {
    const { line } = object;
    const button = element('button', { type: 'button', class: 'link' }, [`line ${line}`]);
    button.onclick = () => actions.goTo(line);
    about.append(button);
  }
  const buttons = object.plots.map((plot) => {
    const label = PLOTS[plot] ?? plot;
    const button = element('button', { type: 'button', 'aria-label': `Plot ${label} of ${name}` }, [label]);
    button.onclick = () => actions.plot(object.id, plot);
    return button;
  });
  const menu = element('div', { class: 'buttons', role: 'group', 'aria-label': 'Plots to add' });
  if (buttons.length > 0) menu.append(element('span', { class: 'hint' }, ['Plot']), ...buttons);
  if (isBox && object.kind === 'network') {
    const open = element('button', { type: 'button', 'data-toggle': '' }, [
      actions.isOpen(object.id) ? 'Close' : 'Open',
    ]);
    open.onclick = () => actions.toggle(object.id);
    menu.append(open);
  }
  return [about, menu, element('div', { class: 'about', 'data-about': object.id })];
}

/** Fills in how the neurons of the ensemble that is chosen fire now. */
export function showRates(place: HTMLElement, rates: Float32Array): void {
  const picture = place.querySelector('.about .histogram');
  if (picture !== null && rates.length > 0) picture.replaceWith(histogram(rates, RATES));
}

const RATES = 'Firing rates in Hz';

/** Fills in what the model says of the object that is chosen. */
export function showAbout(place: HTMLElement, about: AboutObject): void {
  const room = place.querySelector<HTMLElement>('.about');
  if (room === null || room.dataset['about'] !== about.object) return;
  const list = element('dl');
  for (const [name, value] of about.parameters) list.append(element('dt', {}, [name]), element('dd', {}, [value]));
  const parts: HTMLElement[] = [list];
  if (about.tuning !== null)
    parts.push(element('figure', {}, [element('figcaption', {}, ['Tuning curves, Hz']), curves(about.tuning)]));
  if (about.rates.length > 0)
    parts.push(
      element('figure', {}, [element('figcaption', {}, ['Firing rates lately, Hz']), histogram(about.rates, RATES)]),
    );
  parts.push(
    element(
      'div',
      { class: 'plan' },
      about.plan.map((sentence) => element('p', {}, [sentence])),
    ),
  );
  room.replaceChildren(...parts);
}

function curves({ points, neurons, rates, along }: TuningCurves): SVGElement {
  const [width, height] = [280, 110];
  let most = 1;
  for (const rate of rates) most = Math.max(most, rate);
  const count = points.length;
  const label = `Rates of ${neurons} neurons over the ${along}, up to ${most.toFixed(0)} Hz`;
  const svg = drawing('svg', {
    viewBox: `0 0 ${width} ${height + 14}`,
    role: 'img',
    'aria-label': label,
    class: 'curves',
  });
  for (let neuron = 0; neuron < neurons; neuron++) {
    const corners = Array.from({ length: count }, (_, at) => {
      const rate = rates[neuron * count + at]!;
      return `${((at / (count - 1)) * width).toFixed(1)},${(height - (rate / most) * (height - 4)).toFixed(1)}`;
    });
    svg.append(drawing('polyline', { points: corners.join(' '), class: `line-${neuron % 6}` }));
  }
  svg.append(
    drawing('text', { x: 0, y: height + 12 }, [points[0]!.toFixed(1)]),
    drawing('text', { x: width / 2, y: height + 12, 'text-anchor': 'middle' }, [along]),
    drawing('text', { x: width, y: height + 12, 'text-anchor': 'end' }, [points[count - 1]!.toFixed(1)]),
    drawing('text', { x: 0, y: 10 }, [most.toFixed(0)]),
  );
  return svg;
}
