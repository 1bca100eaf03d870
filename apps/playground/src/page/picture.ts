/** @file The network as a picture: what of it is seen, where the user put it, what is chosen, and how that is taken back. */
import type { DrawnConnection, DrawnObject } from '../runner/messages.ts';
import { arrowTips, drawArrow, drawObject } from './draw-network.ts';
import { drawing } from './element.ts';
import { loadElk } from './elk.ts';
import { boxesOf, layOutAtOnce, layOutByElk, ROOM, type Place, type Places } from './layout.ts';
import { PictureActivity, type Rates } from './picture-activity.ts';
import { listenToPicture } from './picture-input.ts';
import { PictureView } from './picture-view.ts';
import { inPieces, turn } from './turns.ts';
import { UndoHistory } from './undo-history.ts';
import { visibleNetwork, type VisibleNetwork } from './visible-network.ts';

/** More objects than this nobody reads in a picture. */
const MOST_OBJECTS = 150;

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
  readonly view: PictureView;
  readonly #place: HTMLElement;
  readonly #listener: PictureListener;
  readonly #activity = new PictureActivity();
  #history = new UndoHistory<PictureState>({ places: new Map(), open: new Set() });
  #objects: readonly DrawnObject[] = [];
  #connections: readonly DrawnConnection[] = [];
  #visible: VisibleNetwork = { objects: [], arrows: [], left: 0 };
  #places: Places = new Map();
  #svg: SVGSVGElement | undefined;
  #groups = new Map<string, SVGGElement>();
  #drawn = 0;
  /** What is drawn as chosen, and which of the connections that it stands for. */
  #chosen: string | undefined;
  #connection: string | undefined;

  constructor(place: HTMLElement, listener: PictureListener) {
    this.#place = place;
    this.#listener = listener;
    const view = new PictureView(place);
    this.view = view;
    listenToPicture(place, {
      choose: (id) => this.#choose(id),
      toggle: (id) => {
        const isNetwork = this.#objects.some((object) => object.id === id && object.kind === 'network');
        if (isNetwork) void this.toggle(id);
        return isNetwork;
      },
      move: (id, by) => this.#move(id, by),
      pan: (by) => view.pan(by),
      zoomBy: (factor, pointer) => view.zoomBy(factor, pointer),
      fit: () => view.fit(),
      undo: () => void this.undo(),
      redo: () => void this.redo(),
      get zoom() {
        return view.zoom;
      },
    });
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
    this.view.forget();
  }

  /** Shows another network, or the same after a change. */
  async show(objects: readonly DrawnObject[], connections: readonly DrawnConnection[]): Promise<void> {
    const isOther = objects.map(({ id }) => id).join() !== this.#objects.map(({ id }) => id).join();
    if (isOther) this.view.forget();
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
    this.view.forget();
    await this.#changed();
    this.#groups.get(id)?.focus();
  }

  isOpen(id: string): boolean {
    return this.state.open.has(id);
  }

  showActivity(rates: Rates): void {
    this.#activity.show(rates, this.#visible.objects, this.#groups, this.#objects);
  }

  /** Moves a box, with all that is in it. */
  #move(id: string, by: Place): void {
    const places = new Map(this.state.places);
    for (const each of this.#boxesIn(id)) {
      const place = this.#places.get(each);
      // Another model took its place while it was dragged.
      if (place === undefined) return;
      places.set(each, { x: place.x + by.x, y: place.y + by.y });
    }
    this.#history.change({ ...this.state, places });
    void this.#changed();
  }

  #boxesIn(id: string): string[] {
    const entry = this.#visible.objects.find(({ object }) => object.id === id);
    if (!entry?.isOpen) return [id];
    const members = this.#visible.objects.filter(({ parent }) => parent === id);
    return members.flatMap(({ object }) => this.#boxesIn(object.id));
  }

  /** Of an arrow that stands for several connections, one after the other. */
  #choose(id: string): void {
    const several = this.#visible.arrows.find(({ connections }) => connections[0]!.id === id)?.connections ?? [];
    const before = this.#chosen === id ? several.findIndex((each) => each.id === this.#connection) : -1;
    const chosen =
      several[(before + 1) % several.length] ?? [...this.#objects, ...this.#connections].find((each) => each.id === id);
    if (chosen === undefined) return;
    this.#groups.get(this.#chosen ?? '')?.classList.remove('chosen');
    [this.#chosen, this.#connection] = [id, chosen.id];
    this.#groups.get(id)?.classList.add('chosen');
    this.#listener.onChoose(chosen);
  }

  async #changed(): Promise<void> {
    await this.#draw();
    this.#listener.onChange();
  }

  async #draw(): Promise<void> {
    const mine = ++this.#drawn;
    const isWanted = (): boolean => mine === this.#drawn;
    // Whoever asked for it has done other work already.
    await turn();
    if (!isWanted()) return;
    const visible = visibleNetwork(this.#objects, this.#connections, this.state.open, MOST_OBJECTS);
    const { places, isRough } = layOutAtOnce(visible, this.state.places);
    await this.#drawAt(visible, places, isWanted);
    if (!isRough || !isWanted()) return;
    const room = { ...ROOM, width: this.view.width };
    const better = await layOutByElk(await loadElk(), visible, this.state.places, room);
    if (isWanted()) await this.#drawAt(visible, better, isWanted);
  }

  /** The picture that is there stays until the other one is whole. */
  async #drawAt(visible: VisibleNetwork, places: Places, isWanted: () => boolean): Promise<void> {
    const boxes = boxesOf(visible, places);
    const objects = await inPieces(
      visible.objects,
      (entry) => {
        const { id } = entry.object;
        return { isOpen: entry.isOpen, id, group: drawObject(entry, boxes.get(id)!) };
      },
      isWanted,
    );
    const arrows = await inPieces(
      visible.arrows,
      (arrow) => ({
        id: arrow.connections[0]!.id,
        group: drawArrow(arrow, boxes.get(arrow.from)!, boxes.get(arrow.to)!),
      }),
      isWanted,
    );
    if (objects === undefined || arrows === undefined) return;
    [this.#visible, this.#places] = [visible, places];
    const focused = (document.activeElement as SVGElement | null)?.dataset?.['id'];
    const svg = drawing('svg', {
      role: 'group',
      'aria-label': `Network of ${this.#objects.length} objects and ${this.#connections.length} connections`,
    });
    // Frames lie below arrows, boxes above them.
    const frames = objects.filter(({ isOpen }) => isOpen);
    const drawn = [...frames, ...arrows, ...objects.filter(({ isOpen }) => !isOpen)];
    svg.append(arrowTips(), ...drawn.map(({ group }) => group));
    this.#groups = new Map(drawn.map(({ id, group }) => [id, group]));
    this.#groups.get(this.#chosen ?? '')?.classList.add('chosen');
    this.#svg = svg;
    const note = visible.left > 0 ? [`… and ${visible.left} more objects, which are not drawn.`] : [];
    this.view.show(svg, boxes);
    this.#place.replaceChildren(svg, ...note);
    if (focused !== undefined) this.#groups.get(focused)?.focus();
  }
}
