/** @file What pointer, wheel and keys do to a picture. */
import type { Place } from './layout.ts';

/** What can be done; identities are those of boxes and of the connections that arrows choose. */
export interface PictureActions {
  choose(id: string): void;
  /** Opens or closes what is a subnetwork. @returns whether it is one */
  toggle(id: string): boolean;
  /** By pixels of the drawing. */
  move(id: string, by: Place): void;
  /** By pixels of the page. */
  pan(by: Place): void;
  zoomBy(factor: number, pointer?: PointerEvent | WheelEvent): void;
  fit(): void;
  undo(): void;
  redo(): void;
  /** Pixels of the page for one of the drawing. */
  readonly zoom: number;
}

const ZOOM = 1.25;
const WHEEL_ZOOM = 1.15;
const [STEP, PAN] = [12, 40];
/** Pixels that a hand may tremble. */
const STILL = 4;

const DIRECTIONS: Readonly<Record<string, Place>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

const times = ({ x, y }: Place, factor: number): Place => ({ x: x * factor, y: y * factor });

export function listenToPicture(place: HTMLElement, actions: PictureActions): void {
  place.addEventListener('wheel', (event) => turn(event, actions), { passive: false });
  place.addEventListener('pointerdown', (event) => press(event, actions));
  place.addEventListener('dblclick', ({ target }) => {
    const id = idAt(target, '.object');
    if (id !== undefined) actions.toggle(id);
  });
  place.addEventListener('keydown', (event) => {
    if (key(event, actions)) event.preventDefault();
  });
}

function idAt(target: EventTarget | null, kind: '.object' | '.connection'): string | undefined {
  return (target as Element).closest<SVGGElement>(kind)?.dataset['id'];
}

function turn(event: WheelEvent, actions: PictureActions): void {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  actions.zoomBy(event.deltaY < 0 ? WHEEL_ZOOM : 1 / WHEEL_ZOOM, event);
}

/** @returns whether the key was for the picture */
function key(event: KeyboardEvent, actions: PictureActions): boolean {
  return keyOfTarget(event, actions) || keyOfPicture(event, actions);
}

function keyOfTarget(event: KeyboardEvent, actions: PictureActions): boolean {
  const object = idAt(event.target, '.object');
  const id = object ?? idAt(event.target, '.connection');
  const direction = DIRECTIONS[event.key];
  if (id === undefined) return false;
  if (event.key === 'Enter' || event.key === ' ') actions.choose(id);
  else if (object === undefined) return false;
  else if (event.key === 'o' && !event.ctrlKey && !event.metaKey) return actions.toggle(object);
  else if (direction !== undefined && event.altKey) actions.move(object, times(direction, STEP));
  else return false;
  return true;
}

function keyOfPicture(event: KeyboardEvent, actions: PictureActions): boolean {
  const isCommand = event.ctrlKey || event.metaKey;
  const direction = DIRECTIONS[event.key];
  const letter = event.key.toLowerCase();
  if (isCommand && (letter === 'y' || (letter === 'z' && event.shiftKey))) actions.redo();
  else if (isCommand && letter === 'z') actions.undo();
  else if (isCommand || event.altKey) return false;
  else if (event.key === '+' || event.key === '=') actions.zoomBy(ZOOM);
  else if (event.key === '-') actions.zoomBy(1 / ZOOM);
  else if (event.key === '0') actions.fit();
  else if (direction !== undefined) actions.pan(times(direction, PAN));
  else return false;
  return true;
}

/** Drags a box, or the picture where there is none; a press that does not move chooses. */
function press(event: PointerEvent, actions: PictureActions): void {
  if (event.button !== 0) return;
  const box = (event.target as Element).closest<SVGGElement>('.object');
  const id = box?.dataset['id'];
  const connection = idAt(event.target, '.connection');
  const { zoom } = actions;
  let [x, y, hasMoved] = [event.clientX, event.clientY, false];
  const start = { x, y };
  const drag = (moved: PointerEvent): void => {
    if (moved.pointerId !== event.pointerId) return;
    hasMoved ||= Math.abs(moved.clientX - start.x) + Math.abs(moved.clientY - start.y) > STILL;
    if (!hasMoved) return;
    const [right, down] = [moved.clientX - start.x, moved.clientY - start.y];
    if (box === null) actions.pan({ x: x - moved.clientX, y: y - moved.clientY });
    else box.setAttribute('transform', `translate(${right / zoom} ${down / zoom})`);
    [x, y] = [moved.clientX, moved.clientY];
  };
  const release = (ended: PointerEvent): void => {
    if (ended.pointerId !== event.pointerId) return;
    removeEventListener('pointermove', drag);
    removeEventListener('pointerup', release);
    removeEventListener('pointercancel', release);
    if (hasMoved && id !== undefined) actions.move(id, { x: (x - start.x) / zoom, y: (y - start.y) / zoom });
    const chosen = id ?? connection;
    if (!hasMoved && chosen !== undefined) actions.choose(chosen);
  };
  addEventListener('pointermove', drag);
  addEventListener('pointerup', release);
  addEventListener('pointercancel', release);
}
