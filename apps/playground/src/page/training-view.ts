/** @file Training as it goes: losses, accuracies, what weights, gradients and neurons do, answers in spikes beside rates, and where a plane is parted. */
import type { Boundary, EpochNews, Order, OutputSamples, Trainable, TrainingNews } from '../runner/messages.ts';
import { log, pow } from '@ndl/numerics';
import { drawing, element } from './element.ts';
import { histogram } from './histogram.ts';
import { figure, ParameterPictures, picturesOfAll } from './parameter-pictures.ts';
import { sheetOf, LEFT, BELOW, mark } from './plot-canvas.ts';

/** Epochs of one training. */
const MOST_EPOCHS = 10_000;
/** Decades of the learning rate's slider. */
const [LEAST_RATE, MOST_RATE] = [-6, 1];

export class TrainingView {
  readonly node: HTMLElement;
  readonly #start = element('button', { type: 'button', class: 'first' }, ['Train']);
  readonly #epochs = element('input', { type: 'number', min: '1', max: String(MOST_EPOCHS), 'aria-label': 'Epochs' });
  readonly #rate = element('input', {
    type: 'range',
    min: String(LEAST_RATE),
    max: String(MOST_RATE),
    step: '0.05',
    'aria-label': 'Learning rate',
  });
  readonly #rateShown = element('output');
  readonly #news = element('output', { class: 'reading', 'aria-live': 'off' });
  readonly #losses = element('canvas', { role: 'img', tabindex: '0', 'aria-label': 'Losses: nothing yet' });
  readonly #accuracy = element('p', { class: 'reading' });
  readonly #details = element('div', { class: 'training-details' });
  readonly #parameters = new ParameterPictures();
  readonly #boundary = element('canvas', { role: 'img', class: 'boundary', 'aria-label': 'Decision boundary' });
  #history: EpochNews[] = [];
  #isRunning = false;

  constructor(tell: (order: Order) => void) {
    this.#start.onclick = () =>
      tell(
        this.#isRunning
          ? { order: 'stopTraining' }
          : { order: 'train', epochs: Math.min(MOST_EPOCHS, Math.max(1, Math.round(this.#epochs.valueAsNumber || 1))) },
      );
    this.#rate.oninput = () => {
      const rate = pow(10, this.#rate.valueAsNumber);
      this.#rateShown.textContent = rate.toPrecision(2);
      tell({ order: 'learningRate', rate });
    };
    const controls = element('div', { class: 'controls' }, [
      this.#start,
      element('label', {}, ['Epochs ', this.#epochs]),
      element('label', { class: 'rate' }, ['Learning rate ', this.#rate, this.#rateShown]),
    ]);
    const losses = element('section', { class: 'plot', 'aria-label': 'Loss' }, [
      element('div', { class: 'plot-bar' }, [element('h3', {}, ['Loss']), this.#news]),
      this.#losses,
      this.#accuracy,
    ]);
    this.#boundary.hidden = true;
    this.node = element('section', { class: 'training', 'aria-labelledby': 'training-heading' }, [
      element('h2', { id: 'training-heading' }, ['Training']),
      controls,
      losses,
      this.#boundary,
      this.#details,
      this.#parameters.node,
    ]);
    this.node.hidden = true;
  }

  /** Losses of all epochs so far, for tables. */
  get history(): readonly EpochNews[] {
    return this.#history;
  }

  /** A model was built: what was learnt of the one before is no more. */
  begin(hasTraining: boolean): void {
    this.node.hidden = !hasTraining;
    this.#history = [];
    this.#details.replaceChildren();
    this.#parameters.show([]);
    this.#boundary.hidden = true;
    this.#accuracy.textContent = '';
    this.#news.textContent = 'preparing the data';
    this.#setRunning(false);
    this.#start.disabled = true;
  }

  /** The data are there. */
  offer({ epochs, rate }: Trainable): void {
    this.#start.disabled = false;
    this.#news.textContent = 'not trained yet';
    this.#epochs.value = String(epochs);
    this.#rate.disabled = rate === null || rate <= 0;
    if (rate !== null && rate > 0) this.#rate.value = String(log(rate) / log(10));
    this.#rateShown.textContent = rate === null ? 'none' : rate.toPrecision(2);
    this.draw();
  }

  /** The model failed, or its data: there is nothing to wait for. */
  lose(): void {
    if (this.#start.disabled) this.#news.textContent = 'no data';
  }

  /** Where training stands. */
  hear({ state, epoch, epochs, loss }: TrainingNews): void {
    this.#setRunning(state === 'running');
    const said = loss === null ? '' : `, loss ${loss.toPrecision(3)}`;
    this.#news.textContent = `${state}, epoch ${epoch} of ${epochs}${said}`;
  }

  /** What was measured after an epoch. */
  measured(news: EpochNews): void {
    this.#history.push(news);
    const { accuracy } = news;
    const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;
    this.#accuracy.textContent =
      accuracy === null
        ? ''
        : `Right on ${accuracy.items} items it did not learn from: ${percent(accuracy.spiking)} in spikes, ${percent(accuracy.rate)} in rates.`;
    const pictures: HTMLElement[] = [];
    if (news.rates.length > 0) pictures.push(figure('Firing rates, Hz', histogram(news.rates, 'Firing rates in Hz')));
    pictures.push(...picturesOfAll(news));
    if (news.samples !== null)
      pictures.push(figure('Outputs in spikes (strong) and rates (pale)', outputPictures(news.samples)));
    this.#details.replaceChildren(...pictures);
    this.#parameters.show(news.parameters);
    this.#boundary.hidden = news.boundary === null;
    this.draw();
  }

  /** Draws what depends on the page's size and colours. */
  draw(): void {
    const history = this.#history;
    const sheet = sheetOf(this.#losses);
    const last = history.at(-1);
    if (last?.boundary) drawBoundary(this.#boundary, last.boundary);
    if (sheet === undefined || last === undefined) return;
    const { context, width, height, colour } = sheet;
    const lines = [history.map(({ loss }) => loss), history.map(({ validation }) => validation ?? NaN)];
    const seen = lines.flat().filter((value) => Number.isFinite(value));
    const most = Math.max(...seen, 1e-12);
    const across = (epoch: number): number => LEFT + (epoch / last.epoch) * (width - LEFT - 6);
    const up = (loss: number): number => 4 + (1 - loss / most) * (height - BELOW - 6);
    context.beginPath();
    context.moveTo(LEFT, up(0));
    context.lineTo(width, up(0));
    context.stroke();
    for (const value of [most, 0]) context.fillText(mark(value), 4, Math.max(10, up(value)));
    context.fillText(`${last.epoch} epochs`, width - 70, height - 3);
    context.lineWidth = 1.5;
    for (const [index, line] of lines.entries()) {
      context.strokeStyle = context.fillStyle = colour(`--line-${index}`);
      context.beginPath();
      for (const [at, loss] of line.entries())
        if (Number.isFinite(loss)) context.lineTo(across(history[at]!.epoch), up(loss));
      context.stroke();
      if (line.length === 1 && Number.isFinite(line[0]!))
        context.fillRect(across(history[0]!.epoch) - 2, up(line[0]!) - 2, 4, 4);
    }
    const validation = last.validation === null ? '' : `, ${last.validation.toPrecision(3)} on validation data`;
    this.#losses.setAttribute(
      'aria-label',
      `Loss after ${last.epoch} epochs: ${last.loss.toPrecision(3)}${validation}`,
    );
  }

  #setRunning(isRunning: boolean): void {
    this.#isRunning = isRunning;
    this.#start.textContent = isRunning ? 'Stop' : 'Train';
  }
}

/** Lines of each item's outputs, in spikes above rates. */
function outputPictures({ items, steps, size, spiking, rate, labels }: OutputSamples): Element {
  const [width, height] = [140, 60];
  let [least, most] = [Infinity, -Infinity];
  for (const values of [spiking, rate])
    for (const value of values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  const up = (value: number): string => (2 + ((most - value) / (most - least || 1)) * (height - 4)).toFixed(1);
  const pictures = Array.from({ length: items }, (_, item) => {
    const what = labels[item] === -1 ? `item ${item + 1}` : `class ${labels[item]}`;
    const svg = drawing('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `Outputs for ${what}` });
    for (const [values, look] of [
      [rate, 'pale'],
      [spiking, ''],
    ] as const) {
      const samples = values.length / size / Math.max(1, items);
      for (let output = 0; output < size; output++) {
        const at = (sample: number): number => values[(item * samples + sample) * size + output]!;
        const corners = Array.from(
          { length: samples },
          (_s, s) => `${((s / Math.max(1, samples - 1)) * width).toFixed(1)},${up(at(s))}`,
        );
        if (samples === 1) corners.push(`${width},${up(at(0))}`);
        svg.append(drawing('polyline', { points: corners.join(' '), class: `line-${output % 6} ${look}` }));
      }
    }
    return element('div', {}, [svg, element('span', {}, [`${what}, ${steps} ${steps === 1 ? 'step' : 'steps'}`])]);
  });
  return element('div', { class: 'outputs' }, pictures);
}

function drawBoundary(canvas: HTMLCanvasElement, boundary: Boundary): void {
  const sheet = sheetOf(canvas);
  if (sheet === undefined) return;
  const { context, width, height, colour } = sheet;
  const { side, extent, classes, certainty, points, labels } = boundary;
  const field = Math.min(width, height);
  const [left, top] = [(width - field) / 2, (height - field) / 2];
  const cell = field / side;
  for (const [at, kind] of classes.entries()) {
    context.globalAlpha = 0.12 + 0.4 * certainty[at]!;
    context.fillStyle = colour(`--line-${kind % 6}`);
    // Whole pixels: edges that overlap would show as a net.
    const [column, row] = [at % side, side - 1 - Math.floor(at / side)];
    const [x, y] = [Math.round(left + column * cell), Math.round(top + row * cell)];
    const [right, down] = [Math.round(left + (column + 1) * cell), Math.round(top + (row + 1) * cell)];
    context.fillRect(x, y, right - x, down - y);
  }
  context.globalAlpha = 1;
  const place = (value: number): number => ((value / extent + 1) / 2) * field;
  context.strokeStyle = colour('--sheet');
  for (const [at, label] of labels.entries()) {
    context.fillStyle = colour(`--line-${label % 6}`);
    context.beginPath();
    context.arc(left + place(points[2 * at]!), top + field - place(points[2 * at + 1]!), 3, 0, 7);
    context.fill();
    context.stroke();
  }
  canvas.setAttribute(
    'aria-label',
    `Decision boundary over a plane from ${-extent} to ${extent}, with ${labels.length} items`,
  );
}
