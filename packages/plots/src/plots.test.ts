/** @file Pictures: marks where the numbers are, texts that are escaped, odd data drawn sensibly or refused. */
import { describe, expect, test } from 'vitest';
import {
  confusion,
  lossCurve,
  planDiagram,
  raster,
  terminalPlot,
  toCsv,
  traces,
  weights,
  type PictureOptions,
} from './index.ts';
import { all, readXml, type XmlElement } from './xml.test-helper.ts';

const times = Float64Array.from({ length: 11 }, (_, step) => step / 10);
const history = {
  epochs: [
    { epoch: 1, training: { loss: 2 }, validation: { loss: 1.5 } },
    { epoch: 2, training: { loss: 1 }, validation: { loss: 1.25 } },
  ],
};

/** Every picture of numbers, with something in it and with nothing. */
const PICTURES: Readonly<Record<string, readonly [full: (o: PictureOptions) => string, empty: () => string]>> = {
  traces: [(o) => traces(times, times.map(Math.sqrt), o), () => traces([], [])],
  raster: [
    (o) =>
      raster(
        times,
        Array.from(times, (_, step) => [step % 2, 0, 1000]),
        o,
      ),
    () => raster([], []),
  ],
  lossCurve: [(o) => lossCurve(history, o), () => lossCurve({ epochs: [] })],
  weights: [(o) => weights([[1, -2, 0]], o), () => weights([])],
  confusion: [(o) => confusion([0, 1, 2], [0, 1, 1], o), () => confusion([], [])],
  planDiagram: [(o) => planDiagram({ groups: [[operator('reset', 'a & b')]] }, o), () => planDiagram({ groups: [] })],
};

const operator = (kind: string, label: string, roles: object = {}) =>
  ({ kind, label, sets: [], incs: [], reads: [], updates: [], ...roles }) as never;

const marksIn = (root: XmlElement, kind: string): readonly XmlElement[] =>
  [...all(root, 'path'), ...all(root, 'circle'), ...all(root, 'rect')].filter(({ attributes }) =>
    attributes['class']?.split(' ').includes(kind),
  );
const pointsOf = (path: string): readonly (readonly number[])[] =>
  [...path.matchAll(/[ML]([-\d.]+)[ ,]([-\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
const linesIn = (picture: string) =>
  marksIn(readXml(picture), 'line').map(({ attributes }) => pointsOf(attributes['d']!));
const refused = (code: string) => expect.objectContaining({ name: 'NdlError', code });

describe.each(Object.entries(PICTURES))('%s', (_, [full, empty]) => {
  test('is an image with a title and a description that names lead to', () => {
    const root = readXml(full({ title: 'Mine', description: 'what is seen' }));
    const [title, description] = root.children;
    expect(root.attributes).toMatchObject({ role: 'img', xmlns: 'http://www.w3.org/2000/svg' });
    expect(root.attributes['aria-labelledby']).toBe(`${title!.attributes['id']} ${description!.attributes['id']}`);
    expect([title!.text, description!.text]).toEqual(['Mine', 'what is seen']);
  });

  test('says what it shows by itself', () => {
    expect(readXml(full({})).children[1]!.text).toMatch(/\d/);
    expect(readXml(empty()).children[1]!.text).toMatch(/^No /);
  });

  test('keeps texts out of its XML', () => {
    const title = `<script>&"'\u0000 \uD800]]>`;
    expect(readXml(full({ title })).children[0]!.text).toBe(`<script>&"'\uFFFD \uFFFD]]>`);
  });

  test.each([240, 390, 1600])('fits in %i pixels', (width) => {
    const root = readXml(
      full({ width, title: 'A title that is far too long for a narrow picture, so that it is broken' }),
    );
    expect(root.attributes['width']).toBe(String(width));
    const places = [...all(root, 'text'), ...all(root, 'rect'), ...all(root, 'circle')].map(({ attributes }) =>
      Number(attributes['x'] ?? attributes['cx'] ?? 0),
    );
    expect(places.every((x) => x >= 0 && x <= width)).toBe(true);
  });

  test('has colours for light and dark, or for one of them', () => {
    expect(full({})).toContain('@media (prefers-color-scheme:dark)');
    expect(full({ theme: 'dark' })).not.toContain('@media');
  });

  test('refuses options that it does not have, and values that they cannot take', () => {
    expect(() => full({ titel: 'x' } as never)).toThrow(refused('UNKNOWN_OPTION'));
    for (const options of [
      { width: 10 },
      { width: NaN },
      { height: '1' },
      { title: 3 },
      { theme: 'blue' },
      { showTitle: 1 },
    ])
      expect(() => full(options as never)).toThrow(refused('INVALID_OPTION'));
    expect(() => full(null as never)).toThrow(refused('INVALID_OPTION'));
  });

  test('has no number that is none', () => {
    for (const picture of [full({}), empty()]) expect(picture).not.toMatch(/[" ]-?(NaN|Infinity)/);
  });
});

describe('traces', () => {
  test('draws a line per column, through its points in proportion', () => {
    const [line, other] = linesIn(traces([0, 1, 2], [[0, 5], [1, 5], [4, 5]])); // prettier-ignore
    const [[x0, y0], [x1, y1], [x2, y2]] = line as [number[], number[], number[]];
    expect((x1! - x0!) / (x2! - x0!)).toBeCloseTo(1 / 2, 2);
    expect((y1! - y0!) / (y2! - y0!)).toBeCloseTo(1 / 4, 2);
    expect(y2).toBeLessThan(y0!);
    expect(new Set(other!.map(([, y]) => y)).size).toBe(1);
  });

  test('interrupts a line where a value is not finite, and marks a point that stands alone', () => {
    const root = readXml(traces([0, 1, 2, 3, 4, 5], [0, 1, NaN, 2, Infinity, NaN]));
    expect(marksIn(root, 'line')[0]!.attributes['d']!.match(/M/g)).toHaveLength(2);
    expect(marksIn(root, 'dot')).toHaveLength(1);
    expect(linesIn(traces([0, 1], [NaN, NaN]))).toEqual([]);
  });

  test('keeps the extremes of more samples than there are pixels', () => {
    const x = Float64Array.from({ length: 50_000 }, (_, step) => step);
    const spike = x.map((step) => (step === 31_007 ? 1 : 0));
    const [line] = linesIn(traces(x, spike, { width: 390 }));
    expect(line!.length).toBeLessThan(3000);
    const heights = new Set(line!.map(([, y]) => y));
    expect(heights.size).toBe(2);
  });

  test('names lines at their ends, apart from each other, and one of them strongly', () => {
    const names = ['a', 'b', '<c>'];
    const root = readXml(traces([0, 1], [[1, 1, 1], [1, 1, 1]], { names, emphasis: 1 })); // prettier-ignore
    const written = all(root, 'text').filter(({ text }) => names.includes(text));
    const heights = written.map(({ attributes }) => Number(attributes['y'])).toSorted((a, b) => a - b);
    expect(written).toHaveLength(3);
    expect(Math.min(heights[1]! - heights[0]!, heights[2]! - heights[1]!)).toBeGreaterThan(10);
    expect(marksIn(root, 'strong')).toHaveLength(1);
    expect(marksIn(root, 'faint')).toHaveLength(2);
  });

  test('shares a scale where it is given one', () => {
    const at = (values: readonly number[]) => linesIn(traces([0, 1], values, { domain: [0, 10] }))[0]![0]![1];
    expect(at([2, 3])).toBe(at([2, 9]));
  });

  test('writes axes with their units', () => {
    const texts = all(readXml(traces(times, times, { label: 'current, nA' })), 'text').map(({ text }) => text);
    expect(texts).toEqual(expect.arrayContaining(['current, nA', 'seconds', '0.0', '1.0']));
  });

  test('says of a list that it is one', () => {
    expect(() => traces([0, 1, 2], [1, 2])).toThrow('[3] or [3, size]; it has shape [2].');
    expect(() => traces([0, 1], [1, 2], { meant: [1] })).toThrow('shape [2], that of the values; it has shape [1].');
    expect(() => raster([0, 1], [1])).toThrow('it has shape [1].');
    expect(() => raster([0, 1], [[1]])).toThrow('it has shape [1, 1].');
    expect(() => toCsv({ a: [1, 2], b: [1] })).toThrow("'b' must have shape [2] or [2, size]; it has shape [1].");
    expect(() => terminalPlot([1], { times: [1, 2] })).toThrow('it has shape [2].');
  });

  test('refuses what does not fit together', () => {
    const shape = refused('SHAPE_MISMATCH');
    expect(() => traces([0, 1], [1, 2, 3])).toThrow(shape);
    expect(() => traces([[0, 1]], [1])).toThrow(shape);
    expect(() => traces([0], [[[1]]])).toThrow(shape);
    expect(() => traces([0, 1], [1, 2], { meant: [1] })).toThrow(shape);
    expect(() => traces([0, 1], [1, 'x' as never])).toThrow(refused('NOT_NUMERIC'));
    for (const options of [{ names: ['a', 'b'] }, { emphasis: 1 }, { domain: [1, 1] as const }])
      expect(() => traces([0, 1], [1, 2], options)).toThrow(refused('INVALID_OPTION'));
  });
});

test('a raster has a stroke for each spike, later ones further right, higher neurons further up', () => {
  const root = readXml(raster([0, 1, 2], [[1000, 0], [NaN, 0], [0, 1000]])); // prettier-ignore
  const strokes = pointsOf(marksIn(root, 'spikes')[0]!.attributes['d']!);
  expect(strokes).toHaveLength(2);
  expect(strokes[1]![0]).toBeGreaterThan(strokes[0]![0]!);
  expect(strokes[1]![1]).toBeLessThan(strokes[0]![1]!);
  expect(root.children[1]!.text).toBe('2 spikes of 2 neurons from 0 to 2.');
  expect(() => raster([0], [[1], [0]])).toThrow(refused('SHAPE_MISMATCH'));
});

test('a loss curve has a line for training and one for validation, and says where they go', () => {
  const picture = lossCurve(history);
  expect(linesIn(picture).map((line) => line.length)).toEqual([2, 2]);
  expect(marksIn(readXml(picture), 'dot')).toHaveLength(4);
  expect(readXml(picture).children[1]!.text).toContain('training: from 2 to 1.');
  expect(linesIn(lossCurve({ epochs: [{ epoch: 1, training: { loss: NaN } }] }))).toEqual([]);
  expect(() => lossCurve(history, { report: 'accuracy' })).toThrow(/one of 'loss'/);
  expect(() => lossCurve([] as never)).toThrow(refused('INVALID_OPTION'));
});

describe('weights', () => {
  const shades = (picture: string, kind: string) =>
    marksIn(readXml(picture), kind).filter(({ name }) => name === 'path').map(({ attributes }) => attributes); // prettier-ignore

  test('tells signs and sizes apart, and leaves 0 empty', () => {
    const picture = weights([[4, -2], [0, 2]]); // prettier-ignore
    expect(shades(picture, 'warm').map((each) => each['fill-opacity'])).toEqual(['1', '0.5']);
    expect(shades(picture, 'cold').map((each) => each['fill-opacity'])).toEqual(['0.5']);
  });

  test('outlines what is not finite', () => {
    expect(shades(weights([[NaN, 1, Infinity]]), 'missing')[0]!['d']!.match(/M/g)).toHaveLength(2);
    expect(readXml(weights([[NaN]])).name).toBe('svg');
  });

  test('draws blocks of large matrices, and says so', () => {
    const root = readXml(weights(Array.from({ length: 400 }, () => new Float64Array(300).fill(1))));
    const cells = marksIn(root, 'warm')[0]!.attributes['d']!.match(/M/g)!;
    expect(cells.length).toBe(Math.ceil(400 / 3) * 150);
    expect(root.children[1]!.text).toContain('mean of up to 6 elements');
    expect(() => weights([[[1]]])).toThrow(refused('SHAPE_MISMATCH'));
  });
});

test('a confusion matrix counts, row by true class', () => {
  const root = readXml(confusion([0, 0, 0, 1], [0, 0, 1, 1], { names: ['cat', 'dog'] }));
  const cells = all(root, 'g').filter(({ attributes }) => attributes['class'] === 'cell');
  const said = cells.map(({ children }) => children[0]!.text);
  expect(said).toEqual([
    'cat taken for cat: 2',
    'cat taken for dog: 1',
    'dog taken for cat: 0',
    'dog taken for dog: 1',
  ]);
  expect(root.children[1]!.text).toBe('3 of 4 items are right, in 2 classes.');
  expect(() => confusion([0], [0, 1])).toThrow(refused('SHAPE_MISMATCH'));
  expect(() => confusion([0.5], [0])).toThrow(refused('INVALID_OPTION'));
  expect(() => confusion([2], [0], { names: ['a', 'b'] })).toThrow(refused('INVALID_OPTION'));
});

test('a plan diagram has a row for each group, and an arc for each need within a step', () => {
  const [a, b] = [{ signal: {} }, { signal: {} }];
  const plan = { groups: [
    [operator('reset', 'a', { sets: [a] })],
    [operator('dotInc', 'b: encode', { reads: [a], sets: [b] }), operator('dotInc', 'c: encode')],
    [operator('copy', 'later', { updates: [b] })],
  ] }; // prettier-ignore
  const root = readXml(planDiagram(plan));
  expect(marksIn(root, 'fill')).toHaveLength(3);
  expect(marksIn(root, 'arc')).toHaveLength(2);
  expect(all(root, 'text').map(({ text }) => text)).toContain('dotInc b: encode, 1 more');
  expect(root.children[1]!.text).toBe('4 operators run as 3 groups: reset, dotInc, copy.');
  expect(() => planDiagram({ groups: [[]] } as never)).toThrow(refused('INVALID_OPTION'));
});
