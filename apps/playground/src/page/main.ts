/** @file The page: code, network and plots of one model, side by side. */
import { TypeClient } from '../language/type-client.ts';
import type { AddedPanel, Answer, BuiltAnswer, DrawnConnection, DrawnObject } from '../runner/messages.ts';
import { chosenPanel, showAbout, showRates } from './about-panel.ts';
import { shippedData, type DataFile } from './data-files.ts';
import { DEFAULT_MODEL } from './default-model.ts';
import { createEditor } from './editor.ts';
import { element } from './element.ts';
import { plotsAsPng, samplesAsCsv, samplesAsNpz, save, standaloneSvg } from './exports.ts';
import { openFiles } from './files.ts';
import { followFile } from './follow-file.ts';
import { GALLERY } from './gallery.ts';
import { InputsPanel } from './inputs-panel.ts';
import { showKnobs } from './knobs-panel.ts';
import { openingParagraph } from './opening-paragraph.ts';
import { Picture } from './picture.ts';
import { PlotList } from './plot-list.ts';
import { Session } from './session.ts';
import { fragmentOf, sharedIn, type Shared } from './share.ts';
import { TrainingView } from './training-view.ts';

/** Milliseconds after the last key until the model is rebuilt. */
const REST = 120;
const MOST_LINES = 200;

const find = <Kind extends HTMLElement>(id: string): Kind => document.getElementById(id) as Kind;
const status = find('status');
const problem = find('problem');
const clock = find('clock');
const consoleLines = find('console');
const runButton = find<HTMLButtonElement>('run');
const speedChoice = find<HTMLSelectElement>('speed');
const seedBox = find<HTMLInputElement>('seed');

const live: { session: Session | undefined } = { session: undefined };
let added: AddedPanel[] = [];
/** The text of a file that the model imports. */
let attached: string | undefined;
let seed = Math.floor(Math.random() * 2 ** 31);
let counted: readonly string[] = [];
let isRunning = true;
let chosen: DrawnObject | DrawnConnection | undefined;
const data = new Map<string, DataFile>();
let waiting: ReturnType<typeof setTimeout> | undefined;

const tell: Session['tell'] = (order) => live.session?.tell(order);
const plotList = new PlotList(find('plots'), find<HTMLInputElement>('scrub'));
const inputs = new InputsPanel(find('inputs'), (node, values) => tell({ order: 'override', node, values }));
const training = new TrainingView(tell);
find('training').append(training.node);
new ResizeObserver(() => training.draw()).observe(training.node);
const picture = new Picture(find('picture'), { onChoose: choose, onChange: showPictureState });

const types = new TypeClient((state) => {
  find('types').textContent = { loading: 'loading types …', ready: 'types are there', failed: 'no types' }[state];
});
const editor = createEditor(find('editor'), {
  source: DEFAULT_MODEL,
  types,
  onChange: () => {
    showSource();
    clearTimeout(waiting);
    waiting = setTimeout(rebuild, REST);
  },
});

function showSource(): void {
  find('paragraph').textContent = openingParagraph(editor.source);
  showKnobs(
    find('knobs'),
    () => editor.source,
    (from, to, text) => editor.write(from, to, text),
  );
}

function rebuild(): void {
  live.session?.load({ source: editor.source, added, seed, file: attached });
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
      complain(line === null ? message : `Line ${line}: ${message}`);
      status.textContent = 'stopped by an error';
      editor.mark(line, message);
      return;
    }
    case 'built':
      return show(answer);
    case 'about':
      return showAbout(find('chosen'), answer.about);
    case 'wants':
      return void giveData(answer.name);
    case 'parameters':
      return save('parameters.npz', answer.bytes, 'application/zip');
    case 'trainable':
      return training.offer(answer.trainable);
    case 'training':
      if (answer.news.state === 'running' && isRunning) setRunning(false);
      return training.hear(answer.news);
    case 'epoch':
      return training.measured(answer.news);
    case 'samples':
      plotList.push(answer.time, answer.data);
      if (answer.rates) showRates(find('chosen'), answer.rates);
      picture.showActivity(new Map(counted.map((id, at) => [id, answer.activity[at]!])));
      clock.textContent = `${answer.time.toFixed(2)} s, ${answer.rate.toFixed(answer.rate < 10 ? 2 : 0)} × real time`;
      if (!document.documentElement.dataset['firstSpike'] && plotList.plots.length > 0)
        document.documentElement.dataset['firstSpike'] = String(Math.round(performance.now()));
  }
}

function show(built: BuiltAnswer): void {
  const { objects, connections, panels, backend, milliseconds, decoders, hasOwnSeed, hasTraining } = built;
  problem.hidden = true;
  editor.mark(null, '');
  counted = built.counted;
  find('backend').textContent = backend;
  find('build').textContent =
    `built in ${milliseconds.toFixed(0)} ms, ${decoders.reused} of ${decoders.reused + decoders.solved} decoders kept`;
  plotList.show(panels, ({ id }) => {
    const at = added.findIndex(({ object, kind }) => id === `${kind}:${object}`);
    if (at < 0) return undefined;
    return () => {
      added.splice(at, 1);
      rebuild();
    };
  });
  const sources = objects.filter(({ isInput, parent }) => isInput && parent === null);
  inputs.show(sources);
  find('inputs-panel').hidden = sources.length === 0;
  find('seed-panel').hidden = hasOwnSeed;
  seedBox.value = String(seed);
  training.begin(hasTraining);
  void picture.show(objects, connections).then(showPictureState);
  const still = [...objects, ...connections].find(({ id }) => id === chosen?.id);
  if (still) choose(still);
  else {
    chosen = undefined;
    find('chosen').replaceChildren(
      element('p', { class: 'hint' }, ['Choose an object to see what it is and to plot it.']),
    );
  }
  tell({ order: 'speed', speed: speedChoice.value === 'max' ? null : Number(speedChoice.value) });
  tell({ order: isRunning ? 'run' : 'pause' });
}

function complain(message: string): void {
  problem.textContent = message;
  problem.hidden = false;
}

async function giveData(name: string): Promise<void> {
  const file = data.get(name) ?? (await shippedData(name));
  if (file !== undefined) data.set(name, file);
  tell({ order: 'data', name, format: file?.format ?? 'npz', bytes: file?.bytes ?? null });
}

function choose(object: DrawnObject | DrawnConnection): void {
  chosen = object;
  const actions = {
    plot: (id: string, kind: AddedPanel['kind']) => {
      if (!added.some((panel) => panel.kind === kind && panel.object === id)) added.push({ object: id, kind });
      rebuild();
    },
    toggle: (id: string) => void picture.toggle(id),
    isOpen: (id: string) => picture.isOpen(id),
    goTo: (line: number) => editor.goTo(line),
  };
  find('chosen').replaceChildren(...chosenPanel(object, actions));
  tell({ order: 'describe', object: object.id });
}

function showPictureState(): void {
  const isNetwork = chosen !== undefined && 'label' in chosen && chosen.kind === 'network';
  if (isNetwork)
    find('chosen').querySelector('[data-toggle]')!.textContent = picture.isOpen(chosen!.id) ? 'Close' : 'Open';
  find<HTMLButtonElement>('undo').disabled = !picture.canUndo;
  find<HTMLButtonElement>('redo').disabled = !picture.canRedo;
}

function setRunning(running: boolean): void {
  isRunning = running;
  runButton.textContent = running ? 'Pause' : 'Run';
  if (running) plotList.follow();
  tell({ order: running ? 'run' : 'pause' });
}

runButton.onclick = () => setRunning(!isRunning);
find('step').onclick = () => {
  setRunning(false);
  tell({ order: 'step', steps: 1 });
};
find('restart').onclick = rebuild;
speedChoice.onchange = () =>
  tell({ order: 'speed', speed: speedChoice.value === 'max' ? null : Number(speedChoice.value) });
seedBox.onchange = () => {
  if (!seedBox.checkValidity()) return;
  seed = seedBox.valueAsNumber;
  rebuild();
};
find('undo').onclick = () => void picture.undo();
find('redo').onclick = () => void picture.redo();
find('zoom-in').onclick = () => picture.zoom(1.25);
find('zoom-out').onclick = () => picture.zoom(0.8);
find('fit').onclick = () => picture.fit();

const galleryChoice = find<HTMLSelectElement>('gallery');
for (const [index, { name }] of GALLERY.entries())
  galleryChoice.append(element('option', { value: String(index) }, [name]));
galleryChoice.onchange = async () => {
  const { load, places } = GALLERY[Number(galleryChoice.value)]!;
  open(await load(), undefined, places);
};

/** Another model takes the place of this one. */
function open(source: string, file?: string, places: Shared['places'] = []): void {
  take({ source, added: [], held: [], places, open: [], seed: undefined, file });
  rebuild();
}

function take(shared: Shared): void {
  added = [...shared.added];
  attached = shared.file;
  seed = shared.seed ?? seed;
  inputs.restore(shared.held);
  picture.restore({
    places: new Map(shared.places.map(([id, x, y]) => [id, { x, y }])),
    open: new Set(shared.open),
  });
  editor.replace(shared.source);
  showSource();
}

function shared(): Shared {
  const { places, open: opened } = picture.state;
  return {
    source: editor.source,
    added,
    held: [...inputs.held],
    places: [...places].map(([id, { x, y }]) => [id, Math.round(x), Math.round(y)]),
    open: [...opened],
    seed,
    file: attached,
  };
}

/** What goes wrong is said where everything else is. */
const attempt = (work: () => Promise<void> | void) => async (): Promise<void> => {
  try {
    await work();
  } catch (error) {
    status.textContent = (error as Error).message;
  }
};
find('share').onclick = attempt(async () => {
  history.replaceState(null, '', await fragmentOf(shared()));
  await navigator.clipboard?.writeText(location.href).catch(() => {});
  status.textContent = 'the address holds the model now';
});
find('save').onclick = () => save('model.ts', editor.source, 'text/plain');
const onExport = (id: string, work: () => Promise<void> | void): void => {
  find(id).onclick = () => {
    menu.open = false;
    void attempt(work)();
  };
};
onExport('export-svg', () => save('network.svg', standaloneSvg(picture.svg!), 'image/svg+xml'));
onExport('export-png', async () => save('plots.png', await plotsAsPng(plotList.plots), 'image/png'));
onExport('export-csv', () => save('samples.csv', samplesAsCsv(plotList.plots), 'text/csv'));
onExport('export-npz', async () => save('samples.npz', await samplesAsNpz(plotList.plots), 'application/zip'));
onExport('export-parameters', () => tell({ order: 'parameters' }));

const menu = find<HTMLDetailsElement>('export');
addEventListener('pointerdown', ({ target }) => {
  if (!menu.contains(target as globalThis.Node)) menu.open = false;
});
menu.onkeydown = ({ key }) => {
  if (key !== 'Escape') return;
  menu.open = false;
  menu.querySelector('summary')!.focus();
};

const fileBox = find<HTMLInputElement>('file');
find('open').onclick = () => fileBox.click();
fileBox.onchange = attempt(async () => {
  const files = [...(fileBox.files ?? [])];
  fileBox.value = '';
  const opened = await openFiles(files);
  for (const file of opened.data) {
    data.set(file.name, file);
    tell({ order: 'data', name: file.name, format: file.format, bytes: file.bytes });
    status.textContent = `models may load '${file.name}' now`;
  }
  if (opened.model) open(opened.model.source, opened.model.file);
  else if (opened.data.length > 0) rebuild();
});

async function openAddress(): Promise<void> {
  try {
    const given = await sharedIn(location.hash);
    if (given) take(given);
  } catch (error) {
    complain((error as Error).message);
  }
}
addEventListener('hashchange', () => void openAddress().then(rebuild));

showSource();
const [runner] = await Promise.all([fetch('runner.js').then((response) => response.text()), openAddress()]);
live.session = await Session.open(runner, hear);
rebuild();
followFile((source) => {
  editor.replace(source);
  showSource();
  rebuild();
});
find('isolation').hidden = crossOriginIsolated;
if ('serviceWorker' in navigator) void navigator.serviceWorker.register('service-worker.js').catch(() => {});
