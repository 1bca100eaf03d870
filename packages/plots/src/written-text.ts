/** @file Texts in pictures: how wide they are, as much of them as fits, and counts in words. */
import { type Attributes, element, escaped } from './svg.ts';

/** Pixels of characters in a common wide font of 12 pixels: pages choose the font, and in most of them texts are narrower. */
const NARROW = 5;
const USUAL = 7.6;
const CAPITAL = 8.8;
const BROAD = 12;
const SQUARE = 13;
const BROAD_CHARACTERS = /[MWmw@%&=+<>—…]/;
const NARROW_CHARACTERS = /[iljtfrI.,:;|!'"`()[\]{} /\\-]/;
/** Written in squares of the height of a line: Chinese, Japanese, Korean, emoji. */
const SQUARE_CHARACTERS =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Extended_Pictographic}\uFF01-\uFF60]/u;

function widthOfCharacter(character: string): number {
  if (NARROW_CHARACTERS.test(character)) return NARROW;
  if (BROAD_CHARACTERS.test(character)) return BROAD;
  if (SQUARE_CHARACTERS.test(character)) return SQUARE;
  return /\p{Lu}/u.test(character) ? CAPITAL : USUAL;
}

/** About how wide a text of 12 pixels is. */
export function widthOf(text: string): number {
  return Array.from(text, widthOfCharacter).reduce((sum, width) => sum + width, 0);
}

/** As much of a text as fits, with an ellipsis where that is not all. */
export function shortened(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let [kept, room] = ['', width - widthOf('…')];
  for (const character of text) {
    room -= widthOfCharacter(character);
    if (room < 0) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** A text of a picture, shortened where it does not fit; the whole of it is then shown to those who point at it. */
export function written(attributes: Attributes, text: string, width: number): string {
  const fitting = shortened(text, width);
  const whole = fitting === text ? '' : element('title', {}, escaped(text));
  return element('text', attributes, whole, escaped(fitting));
}

/** Lines of words that fit, at most so many; the last ends in an ellipsis where that is not all. */
export function wrapped(text: string, width: number, most: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)!} ${word}`;
    if (lines.length > 0 && (widthOf(longer) <= width || lines.length === most)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.slice(0, most).map((line) => shortened(line, width));
}

/** `1 neuron`, `2 neurons`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
