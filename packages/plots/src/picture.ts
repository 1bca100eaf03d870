/** @file What all pictures have: options, a size, a title, words for those who do not see them, and colours. */
import { checkOptions, flag, numberWithin, text } from './checks.ts';
import { invalidOption } from './errors.ts';
import { element, escaped } from './svg.ts';
import { styleOf, THEMES, type Theme } from './theme.ts';
import { wrapped } from './written-text.ts';

/** Options of every picture. */
export interface PictureOptions {
  /** Default: what the picture shows. An empty one is not drawn, and the picture keeps the name that it has by default. */
  readonly title?: string | undefined;
  /** What is to be seen, for those who do not see it. Default: ranges and counts. */
  readonly description?: string | undefined;
  /** Whether the title is drawn, too: in up to four lines, as many as there is room for. Default true. */
  readonly showTitle?: boolean | undefined;
  /** Of the picture in pixels, from 240 to 4000. Default 640. Pages may show it smaller, never wider than what it stands in. */
  readonly width?: number | undefined;
  /** In pixels, from 80 to 4000. Default: what suits the picture. */
  readonly height?: number | undefined;
  /** `auto`: light or dark as the reader's system is. Default `auto`. */
  readonly theme?: Theme | undefined;
}

const NAMES: readonly string[] = ['title', 'description', 'showTitle', 'width', 'height', 'theme'];

/** Options of a picture, checked. */
export interface Picture {
  readonly title: string;
  readonly description: string | undefined;
  readonly showTitle: boolean;
  readonly width: number;
  readonly height: number | undefined;
  readonly theme: Theme;
}

/**
 * Options with their defaults.
 * @param known names of options beside those of every picture
 * @throws NdlError UNKNOWN_OPTION, INVALID_OPTION
 */
export function pictureOptions(
  call: string,
  options: PictureOptions,
  title: string,
  known: readonly string[] = [],
): Picture {
  checkOptions(call, options, [...NAMES, ...known]);
  const { theme = 'auto', width = 640, height, description, showTitle = true } = options;
  const given = text(call, 'title', options.title ?? title);
  const isNamed = given.trim() !== '';
  if (!THEMES.includes(theme))
    throw invalidOption(call, 'theme', THEMES.map((each) => `'${each}'`).join(' or '), theme);
  return {
    title: isNamed ? given : title,
    description: description === undefined ? undefined : text(call, 'description', description),
    showTitle: flag(call, 'showTitle', showTitle) && isNamed,
    width: numberWithin(call, 'width', width, 240, 4000),
    height: height === undefined ? undefined : numberWithin(call, 'height', height, 80, 4000),
    theme,
  };
}

const LINE = 18;
const EDGE = 8;
const MOST_LINES = 4;
/** Pixels that a picture of a given height keeps for what it shows. */
const LEAST_DRAWN = 90;
/** The heading is larger than other texts, and bold. */
const HEADING = 1.25;

/** Pixels that the title takes above what is drawn. */
export function titleHeight(picture: Picture): number {
  return EDGE + LINE * titleLines(picture).length;
}

/** The whole picture. @param description what to say where the options do not */
export function svgOf(picture: Picture, height: number, description: string, ...drawn: readonly string[]): string {
  const { title, width, theme } = picture;
  const heading = titleLines(picture).map((line, index) =>
    element('text', { class: 'heading', x: EDGE, y: EDGE + LINE * (index + 1) - 5 }, escaped(line)),
  );
  const words = picture.description ?? description;
  const body = [element('rect', { class: 'paper', width, height }), ...heading, ...drawn].join('');
  const id = `ndl-${hashOf(title + words + body)}`;
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: `ndl-plot ndl-${theme}`,
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-description`,
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
    },
    element('title', { id: `${id}-title` }, escaped(title)),
    element('desc', { id: `${id}-description` }, escaped(words)),
    element('style', {}, styleOf(theme).replaceAll('>', '&gt;')),
    body,
  );
}

function titleLines({ title, showTitle, width, height = Infinity }: Picture): readonly string[] {
  const most = Math.min(MOST_LINES, Math.floor((height - LEAST_DRAWN) / LINE));
  return showTitle && most > 0 ? wrapped(title, (width - 2 * EDGE) / HEADING, most) : [];
}

/** Names of one page differ where pictures differ. FNV-1a, 32 bits. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(36);
}
