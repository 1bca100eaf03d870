/** @file Sliders for the knobs of a source. */
import { element } from './element.ts';
import { knobsOf, wordsOf } from './knobs.ts';

/** A slider for each knob; those that are there already keep the focus. @param onTurn writes a number into the source */
export function showKnobs(
  place: HTMLElement,
  source: () => string,
  onTurn: (from: number, to: number, text: string) => void,
): void {
  const knobs = knobsOf(source());
  place.hidden = knobs.length === 0;
  const sliders = [...place.querySelectorAll<HTMLInputElement>('input')];
  const isSame =
    sliders.length === knobs.length &&
    knobs.every(({ name, least, most }, at) => {
      const { dataset, min, max } = sliders[at]!;
      return dataset['name'] === name && Number(min) === least && Number(max) === most;
    });
  if (isSame) {
    for (const [at, { value }] of knobs.entries()) {
      if (document.activeElement !== sliders[at]) sliders[at]!.value = String(value);
      sliders[at]!.nextElementSibling!.textContent = String(value);
    }
    return;
  }
  place.replaceChildren(
    ...knobs.map(({ name, value, least, most }) => {
      const slider = element('input', {
        type: 'range',
        min: String(least),
        max: String(most),
        step: String((most - least) / 100),
        'aria-label': wordsOf(name),
        'data-name': name,
      });
      slider.value = String(value);
      slider.oninput = () => {
        const knob = knobsOf(source()).find((each) => each.name === name);
        if (knob) onTurn(knob.from, knob.to, String(Number(slider.valueAsNumber.toPrecision(4))));
      };
      return element('label', { class: 'input' }, [
        element('span', {}, [wordsOf(name)]),
        slider,
        element('output', {}, [String(value)]),
      ]);
    }),
  );
}
