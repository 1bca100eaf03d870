/** @file Sources by hand: a slider for each value, a pad beside them for two, and a way to let go. */
import type { DrawnObject } from '../runner/messages.ts';
import { element } from './element.ts';
import { inPieces } from './turns.ts';

/** Sources that nobody sees all of at once. */
const MANY = 50;

export class InputsPanel {
  readonly #place: HTMLElement;
  readonly #onHold: (node: string, values: readonly number[] | null) => void;
  readonly #held = new Map<string, number[]>();
  #shown = 0;

  /** @param onHold gets values, or null where a source is released */
  constructor(place: HTMLElement, onHold: (node: string, values: readonly number[] | null) => void) {
    this.#place = place;
    this.#onHold = onHold;
  }

  /** What is held by hand. */
  get held(): ReadonlyMap<string, readonly number[]> {
    return this.#held;
  }

  /** Begins with what another visit held; nobody is told yet. */
  restore(held: Iterable<readonly [string, readonly number[]]>): void {
    this.#held.clear();
    for (const [node, values] of held) this.#held.set(node, [...values]);
  }

  /** Those that were held stay where they are; the model was told when it was built. */
  show(inputs: readonly DrawnObject[]): void {
    const mine = ++this.#shown;
    this.#place.replaceChildren();
    this.#place.classList.toggle('many', inputs.length > MANY);
    void inPieces(
      inputs,
      (input) => this.#place.append(this.#group(input)),
      () => mine === this.#shown,
    );
  }

  #group({ id, label, size }: DrawnObject): HTMLElement {
    const names = Array.from({ length: size }, (_, index) => (size === 1 ? label : `${label} [${index}]`));
    const sliders = names.map((name) =>
      element('input', { type: 'range', min: '-1', max: '1', step: '0.01', 'aria-label': name }),
    );
    const outputs = names.map(() => element('output'));
    const release = element('button', { type: 'button', class: 'quiet', 'aria-label': `Release ${label}` }, [
      'release',
    ]);
    const pad = size === 2 ? createPad(label, (x, y) => hold([x, y])) : undefined;
    // One that has another size now is as good as free.
    const held = (): readonly number[] | undefined => {
      const values = this.#held.get(id);
      return values?.length === size ? values : undefined;
    };
    const show = (): void => {
      const values = held();
      release.hidden = values === undefined;
      for (const [index, slider] of sliders.entries()) {
        slider.value = String(values?.[index] ?? 0);
        outputs[index]!.textContent = values === undefined ? 'free' : values[index]!.toFixed(2);
      }
      pad?.show(values === undefined ? undefined : [values[0]!, values[1]!]);
    };
    const hold = (values: number[]): void => {
      this.#held.set(id, values);
      this.#onHold(id, values);
      show();
    };
    for (const [index, slider] of sliders.entries())
      slider.oninput = () => {
        const values = [...(held() ?? new Array<number>(size).fill(0))];
        values[index] = slider.valueAsNumber;
        hold(values);
      };
    release.onclick = () => {
      this.#held.delete(id);
      this.#onHold(id, null);
      show();
    };
    show();
    const rows = names.map((name, index) =>
      element('div', { class: 'input' }, [element('span', {}, [name]), sliders[index]!, outputs[index]!]),
    );
    const all = element('div', { class: 'rows' }, [...rows, release]);
    return element('div', { class: 'input-group', role: 'group', 'aria-label': label }, pad ? [pad.node, all] : [all]);
  }
}

/** A plane from -1 to 1 in both directions. Sliders beside it say the same to keys and screen readers. */
function createPad(
  label: string,
  onMove: (x: number, y: number) => void,
): { readonly node: HTMLElement; show(at: readonly [number, number] | undefined): void } {
  const dot = element('span', { class: 'dot' });
  const node = element('div', { class: 'pad', 'aria-hidden': 'true', title: `Drag to move ${label}` }, [dot]);
  const move = (event: PointerEvent): void => {
    const { left, top, width, height } = node.getBoundingClientRect();
    const within = (part: number): number => Math.round(Math.min(1, Math.max(-1, 2 * part - 1)) * 100) / 100;
    onMove(within((event.clientX - left) / width), -within((event.clientY - top) / height));
  };
  node.onpointerdown = (event) => {
    node.setPointerCapture(event.pointerId);
    move(event);
    node.onpointermove = move;
  };
  node.onpointerup = node.onpointercancel = () => (node.onpointermove = null);
  return {
    node,
    show(at) {
      dot.hidden = at === undefined;
      if (at === undefined) return;
      dot.style.left = `${50 + 50 * at[0]}%`;
      dot.style.top = `${50 - 50 * at[1]}%`;
    },
  };
}
