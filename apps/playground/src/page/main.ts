/** @file The page: code, network and plots of one model, side by side. */
import { TypeClient } from '../language/type-client.ts';
import type { AddedPanel, Answer, BuiltAnswer, PrintedLine, SamplesAnswer } from '../runner/messages.ts';
import { ChosenObject } from './chosen-object.ts';
import { shippedData } from './data-files.ts';
import { DEFAULT_MODEL } from './default-model.ts';
import { createEditor } from './editor.ts';
import { byId, element } from './element.ts';
import { listenToExports } from './export-menu.ts';
import { save } from './exports.ts';
import { openFiles } from './files.ts';
import { followFile } from './follow-file.ts';
import { GALLERY } from './gallery.ts';
import { InputsPanel } from './inputs-panel.ts';
import { showKnobs } from './knobs-panel.ts';
import { attempt, notice } from './notice.ts';
import { OpenedData } from './opened-data.ts';
import { openingParagraph } from './opening-paragraph.ts';
import { paced } from './paced.ts';
import { Picture } from './picture.ts';
import { PlotList, READING } from './plot-list.ts';
import { RunControls } from './run-controls.ts';
import { Session } from './session.ts';
import { fragmentOf, sharedIn, type Shared } from './share.ts';
import { TrainingView } from './training-view.ts';

/** Milliseconds after a key until the model is rebuilt; and after the keys of somebody who types on, so that the model runs on, too. */
const REST = { alone: 80, among: 150 } as const;
/** Milliseconds between two such keys, at most. */
const TYPING = 300;
const MOST_LINES = 200;

const status = byId('status');
const problem = byId('problem');
const consoleLines = byId('console');
const seedBox = byId<HTMLInputElement>('seed');

const live: { session: Session | undefined } = { session: undefined };
let added: AddedPanel[] = [];
/** The text of a file that the model imports. */
let attached: string | undefined;
let seed = Math.floor(Math.random() * 2 ** 31);
let counted: readonly string[] = [];
const opened = new OpenedData();
/** Names of data with which the model is to begin anew, once they can be read. */
const awaitedData = new Set<string>();
let waiting: ReturnType<typeof setTimeout> | undefined;
let typedAt = -Infinity;
let latest: SamplesAnswer | undefined;

const tell: Session['tell'] = (order) => live.session?.tell(order);
const plotList = new PlotList(byId('plots'), byId<HTMLInputElement>('scrub'));
const inputs = new InputsPanel(byId('inputs'), (node, values) => tell({ order: 'override', node, values }));
const controls = new RunControls({ tell, follow: () => plotList.follow(), rebuild });
const training = new TrainingView(tell);
byId('training').append(training.node);
new ResizeObserver(() => training.draw()).observe(training.node);
const picture = new Picture(byId('picture'), {
  onChoose: (object) => chosen.choose(object),
  onChange: showPictureState,
});
const chosen = new ChosenObject({
  describe: (object) => tell({ order: 'describe', object }),
  plot: (object, kind) => {
    if (!added.some((panel) => panel.kind === kind && panel.object === object)) added.push({ object, kind });
    rebuild();
  },
  toggle: (id) => void picture.toggle(id),
  isOpen: (id) => picture.isOpen(id),
  goTo: (line) => editor.goTo(line),
});
listenToExports({ picture, plotList, tell });

const types = new TypeClient((state) => {
  byId('types').textContent = { loading: 'loading types …', ready: 'types are there', failed: 'no types' }[state];
});
const editor = createEditor(byId('editor'), {
  source: DEFAULT_MODEL,
  types,
  onChange: () => {
    showSource();
    clearTimeout(waiting);
    const now = performance.now();
    waiting = setTimeout(rebuild, now - typedAt < TYPING ? REST.among : REST.alone);
    typedAt = now;
  },
});

/** What the model did last, in the picture and in words. */
const showLatest = paced(READING, () => {
  if (latest === undefined) return;
  const { activity, time, rate } = latest;
  picture.showActivity(new Map(counted.map((id, at) => [id, activity[at]!])));
  byId('clock').textContent = `${time.toFixed(2)} s, ${rate.toFixed(rate < 10 ? 2 : 0)} × real time`;
});

function showSource(): void {
  byId('paragraph').textContent = openingParagraph(editor.source);
  showKnobs(
    byId('knobs'),
    () => editor.source,
    (from, to, text) => editor.write(from, to, text),
  );
}

function rebuild(): void {
  clearTimeout(waiting);
  live.session?.load({ source: editor.source, added, held: [...inputs.held], seed, file: attached });
}

function hear(answer: Answer): void {
  switch (answer.answer) {
    case 'phase':
      status.textContent = answer.phase;
      return;
    case 'console':
      return print(answer.lines);
    case 'failed': {
      const { message, line } = answer;
      complain(line === null ? message : `Line ${line}: ${message}`);
      status.textContent = 'stopped by an error';
      editor.mark(line, message);
      training.lose();
      return;
    }
    case 'taken':
      if (!opened.accept(answer.name)) return;
      status.textContent = `models may load '${answer.name}' now`;
      if (awaitedData.delete(answer.name)) rebuild();
      return;
    case 'refused':
      opened.refuse(answer.name);
      awaitedData.delete(answer.name);
      return notice(answer.message);
    case 'built':
      return show(answer);
    case 'about':
      return chosen.show(answer.about);
    case 'wants':
      return void giveData(answer.name);
    case 'parameters':
      return save('parameters.npz', answer.bytes, 'application/zip');
    case 'trainable':
      return training.offer(answer.trainable);
    case 'training':
      controls.learn(answer.news.state === 'running');
      return training.hear(answer.news);
    case 'epoch':
      return training.measured(answer.news);
    case 'samples':
      plotList.push(answer.time, answer.data);
      if (answer.rates) chosen.showRates(answer.rates);
      latest = answer;
      showLatest();
      if (!document.documentElement.dataset['firstSpike'] && plotList.plots.length > 0)
        document.documentElement.dataset['firstSpike'] = String(Math.round(performance.now()));
  }
}

function show(built: BuiltAnswer): void {
  const { objects, connections, panels, panelsLeft, backend, milliseconds, decoders, hasOwnSeed, hasTraining } = built;
  problem.hidden = true;
  editor.mark(null, '');
  byId('clock').textContent = '0.00 s';
  latest = undefined;
  counted = built.counted;
  byId('backend').textContent = backend;
  byId('build').textContent =
    `built in ${milliseconds.toFixed(0)} ms, ${decoders.reused} of ${decoders.reused + decoders.solved} decoders kept`;
  plotList.show(panels, panelsLeft, ({ id }) => {
    const at = added.findIndex(({ object, kind }) => id === `${kind}:${object}`);
    if (at < 0) return undefined;
    return () => {
      added.splice(at, 1);
      rebuild();
    };
  });
  const sources = objects.filter(({ isInput, parent }) => isInput && parent === null);
  inputs.show(sources);
  byId('inputs-panel').hidden = sources.length === 0;
  byId('seed-panel').hidden = hasOwnSeed;
  seedBox.value = String(seed);
  training.begin(hasTraining);
  void picture.show(objects, connections).then(showPictureState);
  chosen.keep([...objects, ...connections]);
  controls.begin();
}

function print(lines: readonly PrintedLine[]): void {
  consoleLines.append(...lines.map(({ level, text }) => element('div', { class: level }, [text])));
  while (consoleLines.childElementCount > MOST_LINES) consoleLines.firstElementChild!.remove();
  byId<HTMLDetailsElement>('console-panel').open = true;
}

function complain(message: string): void {
  problem.textContent = message;
  problem.hidden = false;
}

async function giveData(name: string): Promise<void> {
  const file = opened.get(name) ?? (await shippedData(name));
  tell({ order: 'data', name, format: file?.format ?? 'npz', bytes: file?.bytes ?? null });
}

function showPictureState(): void {
  chosen.refresh();
  byId<HTMLButtonElement>('undo').disabled = !picture.canUndo;
  byId<HTMLButtonElement>('redo').disabled = !picture.canRedo;
}

seedBox.onchange = () => {
  if (!seedBox.checkValidity()) return;
  seed = seedBox.valueAsNumber;
  rebuild();
};
byId('undo').onclick = () => void picture.undo();
byId('redo').onclick = () => void picture.redo();
byId('zoom-in').onclick = () => picture.view.zoomBy(1.25);
byId('zoom-out').onclick = () => picture.view.zoomBy(0.8);
byId('fit').onclick = () => picture.view.fit();

const galleryChoice = byId<HTMLSelectElement>('gallery');
for (const [index, { name }] of GALLERY.entries())
  galleryChoice.append(element('option', { value: String(index) }, [name]));
galleryChoice.onchange = () =>
  attempt(async () => {
    const { load, places } = GALLERY[Number(galleryChoice.value)]!;
    open(await load(), undefined, places);
  });

/** Another model takes the place of this one. The address names it no longer: whoever loads the page again, or sends the address on, means what is seen; back leads to it. */
function open(source: string, file?: string, places: Shared['places'] = []): void {
  if (location.hash !== '') history.pushState(null, '', location.pathname + location.search);
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

byId('share').onclick = () =>
  attempt(async () => {
    history.replaceState(null, '', await fragmentOf(shared()));
    await navigator.clipboard?.writeText(location.href).catch(() => {});
    status.textContent = 'the address holds the model now';
  });
byId('save').onclick = () => save('model.ts', editor.source, 'text/plain');

const fileBox = byId<HTMLInputElement>('file');
byId('open').onclick = () => fileBox.click();
fileBox.onchange = () =>
  attempt(async () => {
    const files = [...(fileBox.files ?? [])];
    fileBox.value = '';
    const { data, model } = await openFiles(files);
    for (const file of data) {
      opened.offer(file);
      if (!model) awaitedData.add(file.name);
      tell({ order: 'data', name: file.name, format: file.format, bytes: file.bytes });
    }
    if (model) {
      galleryChoice.selectedIndex = -1;
      open(model.source, model.file);
    }
  });

/** What cannot be read leaves the model that is there. */
const openAddress = (): Promise<void> =>
  attempt(async () => {
    const given = await sharedIn(location.hash);
    if (given === undefined) return;
    galleryChoice.selectedIndex = -1;
    take(given);
    rebuild();
  });
addEventListener('hashchange', () => void openAddress());

showSource();
byId('isolation').hidden = crossOriginIsolated;
await openAddress();
await attempt(async () => {
  const response = await fetch('runner.js');
  if (!response.ok) throw new Error('What runs models was not loaded. Load the page again.');
  live.session = await Session.open(await response.text(), hear);
  rebuild();
});
followFile((source) => {
  editor.replace(source);
  showSource();
  rebuild();
});
if ('serviceWorker' in navigator) void navigator.serviceWorker.register('service-worker.js').catch(() => {});
