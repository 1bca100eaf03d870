/** @file The page: code, network and plots of one model, side by side. */
import type { AddedPanel, Answer, DrawnObject, PanelKind } from '../runner/messages.ts';
import { DEFAULT_MODEL } from './default-model.ts';
import { createEditor } from './editor.ts';
import { element } from './element.ts';
import { GALLERY } from './gallery.ts';
import { drawNetwork } from './picture.ts';
import { createPlot, type Plot } from './plot.ts';
import { Session } from './session.ts';
import { fragmentOf, sharedIn } from './share.ts';

/** Milliseconds after the last key until the model is rebuilt. */
const REST = 180;
const MOST_LINES = 200;

const find = <Kind extends HTMLElement>(id: string): Kind => document.getElementById(id) as Kind;
const status = find('status');
const problem = find('problem');
const clock = find('clock');
const consoleLines = find('console');
const runButton = find<HTMLButtonElement>('run');
const speedChoice = find<HTMLSelectElement>('speed');
const scrub = find<HTMLInputElement>('scrub');

const live: { session: Session | undefined } = { session: undefined };
let added: AddedPanel[] = [];
let plots = new Map<string, Plot>();
let [time, isRunning, isBehind] = [0, true, false];
const held = new Map<string, number[]>();
let waiting: ReturnType<typeof setTimeout> | undefined;

const editor = createEditor(find('editor'), DEFAULT_MODEL, () => {
  clearTimeout(waiting);
  waiting = setTimeout(rebuild, REST);
});

function rebuild(): void {
  live.session?.load(editor.source, added);
}

function hear(answer: Answer): void {
  switch (answer.answer) {
    case 'phase':
      status.textContent = answer.phase;
      return;
    case 'console':
      consoleLines.append(element('div', { class: answer.level }, [answer.text]));
      while (consoleLines.childElementCount > MOST_LINES) consoleLines.firstElementChild!.remove();
      find<HTMLDetailsElement>('console-panel').open = true;
      return;
    case 'failed': {
      const { message, line } = answer;
      problem.textContent = line === null ? message : `Line ${line}: ${message}`;
      problem.hidden = false;
      status.textContent = 'stopped by an error';
      editor.mark(line, message);
      return;
    }
    case 'built':
      return show(answer);
    case 'samples':
      time = answer.time;
      for (const [id, rows] of Object.entries(answer.data)) plots.get(id)?.push(rows);
      clock.textContent = `${time.toFixed(2)} s, ${answer.rate.toFixed(answer.rate < 10 ? 2 : 0)} × real time`;
      scrub.max = String(time);
      if (!isBehind) scrub.value = String(time);
      if (!document.documentElement.dataset['firstSpike'] && plots.size > 0)
        document.documentElement.dataset['firstSpike'] = String(Math.round(performance.now()));
      requestDraw();
  }
}

function show({ objects, connections, panels, backend }: Answer & { answer: 'built' }): void {
  problem.hidden = true;
  editor.mark(null, '');
  find('backend').textContent = backend;
  [time, isBehind] = [0, false];
  plots = new Map(
    panels.map((panel) => {
      const at = added.findIndex(({ object, kind }) => panel.id === `${kind}:${object}`);
      const remove = (): void => {
        added.splice(at, 1);
        rebuild();
      };
      return [panel.id, createPlot(panel, at < 0 ? undefined : remove)];
    }),
  );
  find('plots').replaceChildren(...[...plots.values()].map(({ node }) => node));
  if (plots.size === 0)
    find('plots').append(element('p', { class: 'hint' }, ['Choose an object of the network to plot it.']));
  showInputs(objects.filter(({ isInput }) => isInput));
  void drawNetwork(find('picture'), objects, connections, choose);
  find('chosen').replaceChildren(
    element('p', { class: 'hint' }, ['Choose an object to see what it is and to plot it.']),
  );
  live.session?.tell({ order: isRunning ? 'run' : 'pause' });
}

/** A slider for each value of each source; those that were held stay where they are. */
function showInputs(inputs: readonly DrawnObject[]): void {
  const rows = inputs.flatMap(({ id, label, size }) =>
    Array.from({ length: size }, (_, index) => {
      const name = size === 1 ? label : `${label} [${index}]`;
      const slider = element('input', { type: 'range', min: '-1', max: '1', step: '0.01', 'aria-label': name });
      const shown = element('output', {}, [held.get(id)?.[index]?.toFixed(2) ?? 'free']);
      slider.value = String(held.get(id)?.[index] ?? 0);
      slider.oninput = () => {
        const values = held.get(id) ?? Array<number>(size).fill(0);
        values[index] = slider.valueAsNumber;
        held.set(id, values);
        shown.textContent = slider.valueAsNumber.toFixed(2);
        live.session?.tell({ order: 'override', node: id, values });
      };
      const release = element('button', { type: 'button', class: 'quiet', 'aria-label': `Release ${name}` }, [
        'release',
      ]);
      release.onclick = () => {
        held.delete(id);
        shown.textContent = 'free';
        live.session?.tell({ order: 'override', node: id, values: null });
      };
      return element('div', { class: 'input' }, [element('span', {}, [name]), slider, shown, release]);
    }),
  );
  find('inputs').replaceChildren(...rows);
  find('inputs-panel').hidden = rows.length === 0;
}

function choose(object: DrawnObject): void {
  const kinds: [PanelKind, string][] = [['value', 'Plot its value']];
  if (object.size >= 2) kinds.push(['xy', 'Plot x against y']);
  if (object.neurons > 0) kinds.push(['raster', 'Plot its spikes']);
  const buttons = kinds.map(([kind, text]) => {
    const button = element('button', { type: 'button' }, [text]);
    button.onclick = () => {
      if (!added.some((panel) => panel.kind === kind && panel.object === object.id))
        added.push({ object: object.id, kind });
      rebuild();
    };
    return button;
  });
  const where = object.line === null ? '' : `, line ${object.line}`;
  const about = element('p', {}, [element('strong', {}, [object.label]), ` ${object.kind}: ${object.detail}${where}`]);
  find('chosen').replaceChildren(about, element('div', { class: 'buttons' }, buttons));
}

let isDrawn = true;
function requestDraw(): void {
  if (!isDrawn) return;
  isDrawn = false;
  requestAnimationFrame(() => {
    isDrawn = true;
    const moment = isBehind ? scrub.valueAsNumber : time;
    for (const plot of plots.values()) plot.draw(moment);
  });
}

function setRunning(running: boolean): void {
  isRunning = running;
  runButton.textContent = running ? 'Pause' : 'Run';
  if (running) isBehind = false;
  live.session?.tell({ order: running ? 'run' : 'pause' });
}

runButton.onclick = () => setRunning(!isRunning);
find<HTMLButtonElement>('step').onclick = () => {
  setRunning(false);
  live.session?.tell({ order: 'step', steps: 1 });
};
find<HTMLButtonElement>('restart').onclick = rebuild;
speedChoice.onchange = () =>
  live.session?.tell({ order: 'speed', speed: speedChoice.value === 'max' ? null : Number(speedChoice.value) });
scrub.oninput = () => {
  isBehind = scrub.valueAsNumber < time;
  requestDraw();
};
new ResizeObserver(requestDraw).observe(find('plots'));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', requestDraw);

const galleryChoice = find<HTMLSelectElement>('gallery');
for (const [index, { name }] of GALLERY.entries())
  galleryChoice.append(element('option', { value: String(index) }, [name]));
galleryChoice.onchange = async () => {
  open(await GALLERY[Number(galleryChoice.value)]!.load(), []);
};

function open(source: string, panels: readonly AddedPanel[]): void {
  added = [...panels];
  held.clear();
  editor.replace(source);
  rebuild();
}

find<HTMLButtonElement>('share').onclick = async () => {
  try {
    history.replaceState(null, '', await fragmentOf({ source: editor.source, added }));
    await navigator.clipboard?.writeText(location.href).catch(() => {});
    status.textContent = 'the address holds the model now';
  } catch (error) {
    status.textContent = (error as Error).message;
  }
};
find<HTMLButtonElement>('save').onclick = () => {
  const link = element('a', { download: 'model.ts', href: URL.createObjectURL(new Blob([editor.source])) });
  link.click();
  URL.revokeObjectURL(link.href);
};
const file = find<HTMLInputElement>('file');
find<HTMLButtonElement>('open').onclick = () => file.click();
file.onchange = async () => {
  const chosen = file.files?.[0];
  if (chosen && chosen.size < 1_000_000) open(await chosen.text(), []);
  file.value = '';
};

async function openAddress(): Promise<void> {
  try {
    const shared = await sharedIn(location.hash);
    if (!shared) return;
    const isKind = (kind: string): kind is PanelKind => ['value', 'xy', 'raster'].includes(kind);
    added = shared.added.flatMap(({ object, kind }) => (isKind(kind) ? [{ object, kind }] : []));
    editor.replace(shared.source);
  } catch (error) {
    problem.textContent = (error as Error).message;
    problem.hidden = false;
  }
}
addEventListener('hashchange', () => void openAddress().then(rebuild));

const [runner] = await Promise.all([fetch('runner.js').then((response) => response.text()), openAddress()]);
live.session = await Session.open(runner, hear);
rebuild();
find('isolation').hidden = crossOriginIsolated;
if ('serviceWorker' in navigator) void navigator.serviceWorker.register('service-worker.js').catch(() => {});
