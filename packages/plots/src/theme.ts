/** @file Colours for light and for dark, within the picture itself. */

/** Which colours a picture has: those of the reader's system, or always the same. */
export type Theme = 'auto' | 'light' | 'dark';

export const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];

/** Series have colours in turn. */
const SERIES_COLOURS = 10;

const LIGHT =
  '--paper:#fff;--ink:#1d2433;--pale:#5c667a;--grid:#e3e6ec;--cold:#2563b8;--warm:#c2410c;' +
  '--c0:#2563b8;--c1:#c2410c;--c2:#1f8050;--c3:#8541ad;--c4:#a16207;--c5:#0b7f8c;--c6:#b8326f;--c7:#57661a;--c8:#6f5644;--c9:#4b5563';
const DARK =
  '--paper:#14181f;--ink:#e8ebf1;--pale:#a3adbd;--grid:#2c3440;--cold:#74aef5;--warm:#f7936b;' +
  '--c0:#74aef5;--c1:#f7936b;--c2:#63c794;--c3:#c79bea;--c4:#e5b04c;--c5:#57c6d1;--c6:#f089b5;--c7:#b3c25e;--c8:#c9b29f;--c9:#b4bdcc';

const RULES = [
  '.ndl-plot{font:12px/1.3 system-ui,-apple-system,"Segoe UI",sans-serif;max-width:100%;height:auto;fill:none}',
  '.ndl-plot text{fill:var(--ink)}',
  '.ndl-plot .paper{fill:var(--paper)}',
  '.ndl-plot .heading{font-size:14px;font-weight:600}',
  '.ndl-plot .pale{fill:var(--pale)}',
  '.ndl-plot .grid{stroke:var(--grid)}',
  '.ndl-plot .axis{stroke:var(--pale)}',
  '.ndl-plot .line{stroke:currentColor;stroke-width:1.6;stroke-linejoin:round;stroke-linecap:round}',
  '.ndl-plot .behind{stroke:currentColor;stroke-width:4.5;stroke-opacity:.28;stroke-linejoin:round}',
  '.ndl-plot .faint{stroke-opacity:.45;stroke-width:1.2}',
  '.ndl-plot .strong{stroke-width:3}',
  '.ndl-plot .dot,.ndl-plot .fill{fill:currentColor}',
  '.ndl-plot .spikes{stroke:var(--ink);stroke-width:2.2}',
  '.ndl-plot .name{fill:currentColor}',
  '.ndl-plot .bold{font-weight:700}',
  '.ndl-plot .cold{fill:var(--cold)}',
  '.ndl-plot .warm{fill:var(--warm)}',
  '.ndl-plot .missing{fill:none;stroke:var(--pale);stroke-dasharray:2 2}',
  '.ndl-plot .arc{stroke:var(--pale);stroke-opacity:.6}',
  ...Array.from({ length: SERIES_COLOURS }, (_, series) => `.ndl-plot .s${series}{color:var(--c${series})}`),
];

const STYLES: Readonly<Record<Theme, string>> = {
  auto: `.ndl-auto{${LIGHT}}@media (prefers-color-scheme:dark){.ndl-auto{${DARK}}}`,
  light: `.ndl-light{${LIGHT}}`,
  dark: `.ndl-dark{${DARK}}`,
};

/** The style sheet of a picture. */
export function styleOf(theme: Theme): string {
  return `${RULES.join('')}${STYLES[theme]}`;
}

/** The class that gives a series its colour. */
export function seriesClass(series: number): string {
  return `s${series % SERIES_COLOURS}`;
}
