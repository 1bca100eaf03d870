/**
 * @file The network as a picture: boxes that can be pointed at, moved, opened and closed, arrows whose look says their kind, and how busy
 * ensembles are. Zoom and pan by pointer, wheel and keys.
 */
import type { DrawnConnection, DrawnObject } from '../runner/messages.ts';
import { drawing } from './element.ts';
import { loadElk } from './elk.ts';
import { around, boxesOf, layOutAtOnce, layOutByElk, ROOM, type Box, type Place, type Places } from './layout.ts';
import { UndoHistory } from './undo-history.ts';
import { visibleNetwork, type VisibleArrow, type VisibleNetwork, type VisibleObject } from './visible-network.ts';

/** More objects than this nobody reads in a picture. */
const MOST_OBJECTS = 150;
const KINDS = ['decoded', 'neurons', 'learning', 'recurrent', 'inhibitory'] as const;
/** Hz that are drawn as full. */
const BUSY = 100;
const MARGIN = 22;
const [LEAST_ZOOM, MOST_FITTING, MOST_ZOOM] = [0.1, 1.25, 4];

/** What the user did to the picture. */
export interface PictureState {
  /** Boxes that were moved. */
  readonly places: Places;
  readonly open: ReadonlySet<string>;
}

export interface PictureListener {
  onChoose(object: DrawnObject | DrawnConnection): void;
  /** After what the user did, undo and redo. */
  onChange(): void;
}

export class Picture {
  readonly #place: HTMLElement;
  readonly #listener: PictureListener;
  #history = new UndoHistory<PictureState>({ places: new Map(), open: new Set() });
  #objects: readonly DrawnObject[] = [];
  #connections: readonly DrawnConnection[] = [];
  #visible: VisibleNetwork = { objects: [], arrows: [], left: 0 };
  #places: Places = new Map();
  #boxes = new Map<string, Box>();
  #svg: SVGSVGElement | undefined;
  #groups = new Map<string, SVGGElement>();
  #view: { x: number; y: number; zoom: number } | undefined;
  #drawn = 0;
  #saidAt = 0;
  #chosen: string | undefined;

  constructor(place: HTMLElement, listener: PictureListener) {
    this.#place = place;
    this.#listener = listener;
    place.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    place.addEventListener('keydown', (event) => this.#key(event));
    place.addEventListener('pointerdown', (event) => this.#press(event));
    new ResizeObserver(() => this.#applyView()).observe(place);
  }

  get state(): PictureState {
    return this.#history.present;
  }

  get canUndo(): boolean {
    return this.#history.canUndo;
  }

  get canRedo(): boolean {
    return this.#history.canRedo;
  }

  /** The drawing itself; undefined before there is one. */
  get svg(): SVGSVGElement | undefined {
    return this.#svg;
  }

  /** Begins anew with what was kept of another visit. */
  restore(state: PictureState): void {
    this.#history = new UndoHistory(state);
    this.#view = undefined;
  }

  /** Shows another network, or the same after a change. */
  async show(objects: readonly DrawnObject[], connections: readonly DrawnConnection[]): Promise<void> {
    const isOther = objects.map(({ id }) => id).join() !== this.#objects.map(({ id }) => id).join();
    if (isOther) this.#view = undefined;
    [this.#objects, this.#connections] = [objects, connections];
    await this.#draw();
  }

  async undo(): Promise<void> {
    this.#history.undo();
    await this.#changed();
  }

  async redo(): Promise<void> {
    this.#history.redo();
    await this.#changed();
  }

  /** Opens or closes a subnetwork. */
  async toggle(id: string): Promise<void> {
    const { places, open } = this.state;
    const opened = new Set(open);
    if (!opened.delete(id)) opened.add(id);
    this.#history.change({ places, open: opened });
    this.#view = undefined;
    await this.#changed();
    this.#groups.get(id)?.focus();
  }

  isOpen(id: string): boolean {
    return this.state.open.has(id);
  }

  /** Moves a box, with all that is in it. */
  move(id: string, by: Place): void {
    const places = new Map(this.state.places);
    for (const each of this.#boxesIn(id)) {
      const { x, y } = this.#places.get(each)!;
      places.set(each, { x: x + by.x, y: y + by.y });
    }
    this.#history.change({ ...this.state, places });
    void this.#changed();
  }

  zoom(factor: number): void {
    const view = this.#viewNow();
    const { clientWidth: width, clientHeight: height } = this.#place;
    this.#zoomAt(factor, { x: view.x + width / 2 / view.zoom, y: view.y + height / 2 / view.zoom });
  }

  fit(): void {
    this.#view = undefined;
    this.#fitHeight();
    this.#applyView();
  }

  /** As high as what is drawn needs at the width that there is; the style sheet says what is too much. */
  #fitHeight(): void {
    const { width, height } = around(this.#boxes.values(), MARGIN, MARGIN);
    const zoom = Math.min(MOST_FITTING, this.#place.clientWidth / width);
    this.#place.style.height = `${Math.round(height * zoom)}px`;
  }

  /** Mean rates, in Hz, of ensembles by identity. */
  showActivity(rates: ReadonlyMap<string, number>): void {
    const now = performance.now();
    const isSaid = now - this.#saidAt > 1000;
    if (isSaid) this.#saidAt = now;
    for (const { object, isOpen } of this.#visible.objects) {
      const rate = object.kind === 'network' ? this.#rateWithin(object.id, rates) : rates.get(object.id);
      const group = this.#groups.get(object.id);
      if (rate === undefined || group === undefined || isOpen) continue;
      group.style.setProperty('--activity', String(Math.min(1, rate / BUSY).toFixed(2)));
      if (!isSaid) continue;
      const detail = `${object.neurons} neurons · ${rate.toFixed(0)} Hz`;
      group.querySelector('.detail')!.textContent = detail;
      group.querySelector('title')!.textContent = `${nameOf(object)}mean rate ${rate.toFixed(0)} Hz `;
    }
  }

  #rateWithin(id: string, rates: ReadonlyMap<string, number>): number | undefined {
    const within = this.#objects.filter((each) => each.id.startsWith(`${id}/`) && rates.has(each.id));
    if (within.length === 0) return undefined;
    const neurons = within.reduce((sum, each) => sum + each.neurons, 0);
    return within.reduce((sum, each) => sum + rates.get(each.id)! * each.neurons, 0) / neurons;
  }

  #boxesIn(id: string): string[] {
    const entry = this.#visible.objects.find(({ object }) => object.id === id);
    if (!entry?.isOpen) return [id];
    const members = this.#visible.objects.filter(({ parent }) => parent === id);
    return members.flatMap(({ object }) => this.#boxesIn(object.id));
  }

  async #changed(): Promise<void> {
    await this.#draw();
    this.#listener.onChange();
  }

  async #draw(): Promise<void> {
    const mine = ++this.#drawn;
    const visible = visibleNetwork(this.#objects, this.#connections, this.state.open, MOST_OBJECTS);
    const { places, isRough } = layOutAtOnce(visible, this.state.places);
    this.#drawAt(visible, places);
    if (!isRough) return;
    const better = await layOutByElk(await loadElk(), visible, this.state.places, {
      ...ROOM,
      width: this.#place.clientWidth,
    });
    if (mine === this.#drawn) this.#drawAt(visible, better);
  }

  #drawAt(visible: VisibleNetwork, places: Places): void {
    [this.#visible, this.#places] = [visible, places];
    this.#boxes = boxesOf(visible, places);
    const focused = (document.activeElement as SVGElement | null)?.dataset?.['id'];
    const svg = drawing('svg', {
      role: 'group',
      'aria-label': `Network of ${this.#objects.length} objects and ${this.#connections.length} connections`,
    });
    for (const kind of KINDS) svg.append(drawing('defs', {}, [tipOf(kind)]));
    this.#groups = new Map();
    for (const entry of visible.objects) if (entry.isOpen) svg.append(this.#drawObject(entry));
    for (const arrow of visible.arrows) svg.append(this.#drawArrow(arrow));
    for (const entry of visible.objects) if (!entry.isOpen) svg.append(this.#drawObject(entry));
    this.#svg = svg;
    const note = visible.left > 0 ? [`… and ${visible.left} more objects, which are not drawn.`] : [];
    this.#place.replaceChildren(svg, ...note);
    if (this.#view === undefined) this.#fitHeight();
    this.#applyView();
    if (focused !== undefined) this.#groups.get(focused)?.focus();
  }

  #drawObject({ object, isOpen }: VisibleObject): SVGGElement {
    const { x, y, width, height } = this.#boxes.get(object.id)!;
    const label = shortened(object.label);
    const detail = isOpen ? '' : object.neurons > 0 ? `${object.neurons} neurons` : object.detail;
    const rounding = object.kind === 'ensemble' ? 23 : object.kind === 'network' ? 10 : 4;
    const [middle, name] = isOpen ? [x + 12, y + 20] : [x + width / 2, y + 20];
    const group = drawing(
      'g',
      {
        class: `object ${object.kind}${isOpen ? ' open' : ''}${this.#chosen === object.id ? ' chosen' : ''}`,
        tabindex: 0,
        role: 'button',
        ...(object.kind === 'network' && { 'aria-expanded': String(isOpen) }),
        'data-label': object.label,
        'data-id': object.id,
      },
      [
        drawing('title', {}, [nameOf(object)]),
        ...(object.kind === 'network' && !isOpen
          ? [drawing('rect', { x: x + 4, y: y + 4, width, height, rx: rounding, class: 'behind' })]
          : []),
        drawing('rect', { x, y, width, height, rx: rounding, class: 'box' }),
        drawing('text', { x: middle, y: name, class: 'name' }, [label]),
        ...(isOpen ? [] : [drawing('text', { x: middle, y: y + 35, class: 'detail' }, [detail])]),
      ],
    );
    this.#groups.set(object.id, group);
    group.addEventListener('dblclick', () => object.kind === 'network' && void this.toggle(object.id));
    group.addEventListener('keydown', (event) => this.#objectKey(event, object));
    return group;
  }

  #drawArrow({ from, to, kind, connections }: VisibleArrow): SVGGElement {
    const [a, b] = [this.#boxes.get(from)!, this.#boxes.get(to)!];
    const d = pathBetween(a, b, from === to);
    const [first] = connections;
    const names = connections.map(({ id }) => id);
    const label = `connection ${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}: ${first!.detail}`;
    const group = drawing(
      'g',
      {
        class: `connection ${kind}${this.#chosen === first!.id ? ' chosen' : ''}`,
        tabindex: 0,
        role: 'button',
        'aria-label': label,
        'data-id': first!.id,
      },
      [
        drawing('title', {}, [label]),
        drawing('path', { d, class: 'reach' }),
        drawing('path', { d, class: 'arrow', 'marker-end': `url(#tip-${kind})` }),
      ],
    );
    this.#groups.set(first!.id, group);
    group.addEventListener('click', () => this.#choose(first!));
    group.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      this.#choose(first!);
    });
    return group;
  }

  #choose(object: DrawnObject | DrawnConnection): void {
    this.#groups.get(this.#chosen ?? '')?.classList.remove('chosen');
    this.#chosen = object.id;
    this.#groups.get(object.id)?.classList.add('chosen');
    this.#listener.onChoose(object);
  }

  #objectKey(event: KeyboardEvent, object: DrawnObject): void {
    const steps: Readonly<Record<string, Place>> = {
      ArrowLeft: { x: -12, y: 0 },
      ArrowRight: { x: 12, y: 0 },
      ArrowUp: { x: 0, y: -12 },
      ArrowDown: { x: 0, y: 12 },
    };
    const step = steps[event.key];
    if (event.key === 'Enter' || event.key === ' ') this.#choose(object);
    else if (event.key === 'o' && object.kind === 'network') void this.toggle(object.id);
    else if (step !== undefined && event.altKey) this.move(object.id, step);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #key(event: KeyboardEvent): void {
    const isCommand = event.ctrlKey || event.metaKey;
    const pans: Readonly<Record<string, Place>> = {
      ArrowLeft: { x: -40, y: 0 },
      ArrowRight: { x: 40, y: 0 },
      ArrowUp: { x: 0, y: -40 },
      ArrowDown: { x: 0, y: 40 },
    };
    const pan = pans[event.key];
    if (isCommand && event.key.toLowerCase() === 'z') void (event.shiftKey ? this.redo() : this.undo());
    else if (isCommand && event.key.toLowerCase() === 'y') void this.redo();
    else if (isCommand || event.altKey) return;
    else if (event.key === '+' || event.key === '=') this.zoom(1.25);
    else if (event.key === '-') this.zoom(0.8);
    else if (event.key === '0') this.fit();
    else if (pan !== undefined) this.#pan(pan);
    else return;
    event.preventDefault();
  }

  #wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.#zoomAt(event.deltaY < 0 ? 1.15 : 1 / 1.15, this.#pointAt(event));
  }

  /** Drags a box, or the picture where there is none; a press that does not move chooses. */
  #press(event: PointerEvent): void {
    if (event.button !== 0) return;
    const target = (event.target as Element).closest<SVGGElement>('.object');
    const object = this.#objects.find(({ id }) => id === target?.dataset['id']);
    if (object === undefined && (event.target as Element).closest('.connection')) return;
    const zoom = this.#viewNow().zoom;
    let [x, y, hasMoved] = [event.clientX, event.clientY, false];
    const start = { x, y };
    const drag = (moved: PointerEvent): void => {
      if (moved.pointerId !== event.pointerId) return;
      hasMoved ||= Math.abs(moved.clientX - start.x) + Math.abs(moved.clientY - start.y) > 4;
      if (!hasMoved) return;
      if (object === undefined) this.#pan({ x: x - moved.clientX, y: y - moved.clientY });
      else
        target!.setAttribute(
          'transform',
          `translate(${(moved.clientX - start.x) / zoom} ${(moved.clientY - start.y) / zoom})`,
        );
      [x, y] = [moved.clientX, moved.clientY];
    };
    const release = (): void => {
      removeEventListener('pointermove', drag);
      removeEventListener('pointerup', release);
      removeEventListener('pointercancel', release);
      if (object === undefined) return;
      if (hasMoved) this.move(object.id, { x: (x - start.x) / zoom, y: (y - start.y) / zoom });
      else this.#choose(object);
    };
    addEventListener('pointermove', drag);
    addEventListener('pointerup', release);
    addEventListener('pointercancel', release);
  }

  #pan(by: Place): void {
    const view = this.#viewNow();
    this.#view = { ...view, x: view.x + by.x / view.zoom, y: view.y + by.y / view.zoom };
    this.#applyView();
  }

  #zoomAt(factor: number, point: Place): void {
    const view = this.#viewNow();
    const zoom = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, view.zoom * factor));
    const part = view.zoom / zoom;
    this.#view = { zoom, x: point.x - (point.x - view.x) * part, y: point.y - (point.y - view.y) * part };
    this.#applyView();
  }

  #pointAt({ clientX, clientY }: MouseEvent): Place {
    const { left, top } = this.#place.getBoundingClientRect();
    const { x, y, zoom } = this.#viewNow();
    return { x: x + (clientX - left) / zoom, y: y + (clientY - top) / zoom };
  }

  /** What the user chose to see, or all of it. */
  #viewNow(): { x: number; y: number; zoom: number } {
    if (this.#view !== undefined) return this.#view;
    const { x, y, width, height } = around(this.#boxes.values(), MARGIN, MARGIN);
    const { clientWidth, clientHeight } = this.#place;
    const zoom = Math.max(LEAST_ZOOM, Math.min(MOST_FITTING, clientWidth / width, clientHeight / height));
    return { zoom, x: x - (clientWidth / zoom - width) / 2, y: y - (clientHeight / zoom - height) / 2 };
  }

  #applyView(): void {
    const { clientWidth, clientHeight } = this.#place;
    if (this.#svg === undefined || clientWidth === 0) return;
    const { x, y, zoom } = this.#viewNow();
    this.#svg.setAttribute('viewBox', `${x} ${y} ${clientWidth / zoom} ${clientHeight / zoom}`);
  }
}

const shortened = (label: string): string => (label.length > 18 ? `${label.slice(0, 17)}…` : label);

/** What is read out, and shown on pointing; what is written in the box follows it. */
function nameOf({ kind, label, detail, line }: DrawnObject): string {
  return `${kind} ${label}, ${detail}, ${line === null ? '' : `line ${line}, `}`;
}

function tipOf(kind: string): SVGElement {
  const isBar = kind === 'inhibitory';
  const tip = isBar
    ? drawing('circle', { cx: 4, cy: 4, r: 3, class: `tip ${kind}` })
    : drawing('path', { d: 'M0 0 L8 4 L0 8 z', class: `tip ${kind}` });
  const size = { markerWidth: 8, markerHeight: 8, refX: 7, refY: 4, orient: 'auto', markerUnits: 'userSpaceOnUse' };
  return drawing('marker', { id: `tip-${kind}`, ...size }, [tip]);
}

function pathBetween(a: Box, b: Box, isLoop: boolean): string {
  const [x1, y1] = [a.x + a.width, a.y + a.height / 2];
  if (isLoop) return `M${x1 - 34} ${a.y} C ${x1 - 30} ${a.y - 18}, ${x1 - 90} ${a.y - 18}, ${x1 - 94} ${a.y - 1}`;
  const isBelow = b.y >= a.y + a.height + 8 && b.x < x1;
  if (isBelow) {
    const [from, to] = [a.x + a.width / 2, b.x + b.width / 2];
    const [y, end] = [a.y + a.height, b.y - 1];
    const half = (end - y) / 2;
    return `M${from} ${y} C ${from} ${y + half}, ${to} ${end - half}, ${to} ${end}`;
  }
  const [x2, y2] = [b.x - 1, b.y + b.height / 2];
  // What goes back goes below.
  const isBack = x2 < x1;
  const bend = isBack ? Math.min(90, 40 + (x1 - x2) / 8) : Math.max(24, (x2 - x1) / 2);
  if (!isBack || Math.abs(y2 - y1) > Math.max(a.height, b.height))
    return `M${x1} ${y1} C ${x1 + bend} ${y1}, ${x2 - bend} ${y2}, ${x2} ${y2}`;
  const low = Math.max(a.y + a.height, b.y + b.height) + 26;
  const [from, to] = [a.x + a.width / 2, b.x + b.width / 2];
  return `M${from} ${a.y + a.height} C ${from} ${low}, ${to} ${low}, ${to} ${b.y + b.height + 1}`;
}
