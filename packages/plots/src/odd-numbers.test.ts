/** @file Pictures of numbers that are very large, very small or very close, and of texts that are long, broad or empty. */
import fc from 'fast-check';
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
import { widthOf } from './written-text.ts';
import { all, readXml, type XmlElement } from './xml.test-helper.ts';

const lossesOf = (values: readonly number[]) => ({
  epochs: values.map((loss, index) => ({ epoch: index + 1, training: { loss } })),
});
const PICTURES: Readonly<Record<string, (values: readonly number[]) => string>> = {
  traces: (values) => traces(values.map((_, index) => index), values), // prettier-ignore
  'traces over such times': (values) => traces(values, values),
  'traces in another domain': (values) => traces(values, values, { domain: [0, 1e-300] }),
  raster: (values) => raster(values, values.map((value) => [value, 1])), // prettier-ignore
  lossCurve: (values) => lossCurve(lossesOf(values)),
  weights: (values) => weights(values),
};
const pointsOf = (picture: string): readonly (readonly number[])[] => {
  const line = all(readXml(picture), 'path').find(({ attributes }) => attributes['class']?.includes('line'))!;
  return [...line.attributes['d']!.matchAll(/[ML]([-\d.]+)[ ,]([-\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
};
const textsOf = (picture: string): readonly string[] => all(readXml(picture), 'text').map(({ text }) => text);

test.each(Object.entries(PICTURES))(
  '%s: numbers of any size are drawn as numbers, within the picture',
  (name, picture) => {
    const isWithin = name === 'traces' || name === 'lossCurve';
    const value = fc.oneof(fc.double(), fc.constantFrom(1e308, -1e308, Number.MAX_VALUE, 5e-324, -0));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 8 }), (values) => {
        const drawn = picture(values);
        expect(drawn.replace(/<desc.*?<\/desc>/, '')).not.toMatch(/[" >M-](NaN|Infinity|undefined)/);
        const dots = isWithin ? all(readXml(drawn), 'circle') : [];
        const heights = dots.map(({ attributes }) => Number(attributes['cy']));
        expect(heights.filter((height) => !(height >= 0 && height <= 300))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  },
);

test('a line between the largest numbers goes through its points in proportion, with round numbers beside it', () => {
  for (const large of [1e308, Number.MAX_VALUE]) {
    const [[, top], [, bottom], [, middle]] = pointsOf(traces([0, 1, 2], [large, -large, 0])) as [
      number[],
      number[],
      number[],
    ];
    expect(middle! - top!).toBeCloseTo(bottom! - middle!, 1);
    expect(middle! - top!).toBeGreaterThan(50);
  }
  expect(textsOf(traces([0, 1], [1e308, -1e308]))).toEqual(
    expect.arrayContaining(['-1e+308', '0', '5e+307', '1e+308']),
  );
  expect(textsOf(traces([0, 1], [0, 5e-324])).length).toBeGreaterThan(4);
  expect(textsOf(lossCurve(lossesOf([1e300, 5e299])))).toEqual(expect.arrayContaining(['1e+300', '2e+299']));
});

test('the numbers below end within the picture', () => {
  const below = all(readXml(traces([0, 1e10], [0, 1], { width: 240 })), 'text').filter(
    ({ attributes }) => attributes['text-anchor'] === 'middle',
  );
  expect(below.length).toBeGreaterThan(2);
  for (const { attributes, text } of below)
    expect(Number(attributes['x']) + widthOf(text) / 2).toBeLessThanOrEqual(240);
});

test('what lies far outside of a domain is outside of the picture, on its side', () => {
  const [[, low], [, high]] = pointsOf(traces([0, 1], [-1e300, 1e300], { domain: [0, 1e-9] })) as [
    number[],
    number[],
    number[],
  ];
  expect(low).toBeGreaterThan(1000);
  expect(high).toBeLessThan(-1000);
});

test('a chart of characters has levels and marks of the largest numbers', () => {
  const lines = terminalPlot([1e308, -1e308, 0], { columns: 12, rows: 5 }).split('\n');
  expect(lines.map((line) => Number(line.split('│')[0]))).toEqual([1e308, 5e307, 0, -5e307, -1e308]);
  expect(lines.map((line) => line.split('│')[1])).toEqual(['••••', '', '        ••••', '', '    ••••']);
  const long = terminalPlot(new Float64Array(1000).fill(1e308), { columns: 10, rows: 3 });
  expect(long.match(/•/g)).toHaveLength(10);
});

test('a table keeps the sign of 0', () => {
  const [, ...rows] = toCsv({ a: [-0, 0, -1.5] })
    .trimEnd()
    .split('\n');
  expect(rows).toEqual(['-0', '0', '-1.5']);
  expect(Object.is(Number(rows[0]), -0)).toBe(true);
});

describe('texts', () => {
  const operator = { kind: 'k'.repeat(200), label: 'l'.repeat(200), sets: [], incs: [], reads: [], updates: [] };
  type Given = Pick<PictureOptions, 'title' | 'width' | 'height'>;
  const named: Readonly<Record<string, (text: string, given: Given) => string>> = {
    traces: (text, given) =>
      traces([0, 1], [[1, 2], [2, 3]], { ...given, label: text, timeLabel: text, names: [text, text] }), // prettier-ignore
    raster: (text, given) => raster([0], [[1]], { ...given, label: text, timeLabel: text }),
    lossCurve: (text, given) => lossCurve(lossesOf([1, 2]), { ...given, label: text }),
    weights: (text, given) => weights([[1, 2]], { ...given, rowLabel: text, columnLabel: text }),
    confusion: (text, given) => confusion([0, 1], [1, 1], { ...given, names: [text, text] }),
    planDiagram: (text, given) => planDiagram({ groups: [[{ ...operator, label: text } as never]] }, given),
  };
  const LONG = [
    'x'.repeat(500),
    'W'.repeat(500),
    '漢字'.repeat(200),
    '🧠'.repeat(100),
    'many words in a row '.repeat(40).trim(),
  ];
  /** Where a text begins and ends, in pixels: sideways, and how deep its foot lies. */
  const placeOf = ({ attributes, children, text }: XmlElement): readonly [number, number, number] => {
    const own = children
      .filter(({ name }) => name === 'title')
      .reduce((rest, { text }) => rest.slice(text.length), text);
    const [x, size] = [Number(attributes['x']), attributes['class'] === 'heading' ? 7 / 6 : 1];
    const width = size * widthOf(own);
    const part = { start: 0, middle: 0.5, end: 1 }[attributes['text-anchor'] ?? 'start']!;
    return [x - part * width, x + (1 - part) * width, Number(attributes['y'])];
  };

  test.each(Object.keys(named))('of %s stay within it, however long, and are there as a whole', (kind) => {
    for (const text of LONG) {
      for (const [width, height] of [[240], [640], [640, 80], [300, 130]] as const) {
        const root = readXml(named[kind]!(text, { title: text, width, height }));
        for (const each of all(root, 'text')) {
          const [left, right, foot] = placeOf(each);
          expect(left).toBeGreaterThanOrEqual(-0.01);
          expect(right).toBeLessThanOrEqual(width + 0.01);
          expect(foot).toBeGreaterThan(0);
          expect(foot).toBeLessThanOrEqual(Number(root.attributes['height']));
        }
        expect(root.children[0]!.text).toBe(text);
        // Shortened, with the whole text for those who point at it.
        const wholes = all(root, 'title').filter((title) => title.text.includes(text));
        expect(wholes.length).toBeGreaterThanOrEqual(2);
      }
    }
  });

  test('are not cut within a character', () => {
    expect(named['traces']!('🧠'.repeat(100), { width: 300 })).not.toContain('\uFFFD');
  });

  test.each(Object.keys(named))('of an empty title leave %s its name, and nothing is drawn of it', (kind) => {
    const usual = readXml(named[kind]!('a', {})).children[0]!.text;
    for (const title of ['', '  \n']) {
      const root = readXml(named[kind]!('a', { title }));
      expect(root.children[0]!.text).toBe(usual);
      expect(usual).not.toBe('');
      expect(all(root, 'text').filter(({ attributes }) => attributes['class'] === 'heading')).toEqual([]);
    }
  });

  test('of an empty label leave no comma behind', () => {
    expect(textsOf(weights([1, 2], { columnLabel: '' }))).toContain('0 to 1');
    expect(textsOf(weights([1, 2], { columnLabel: 'from' }))).toContain('from, 0 to 1');
  });

  test('tell one from several', () => {
    const said = (picture: string) => readXml(picture).children[1]!.text;
    expect(said(raster([0, 1], [1, 0]))).toBe('1 spike of 1 neuron from 0 to 1.');
    expect(said(weights([[1], [2]]))).toMatch(/^2 rows, 1 column;/);
    expect(said(lossCurve(lossesOf([1])))).toMatch(/^1 epoch\. /);
    expect(said(confusion([0], [0]))).toBe('1 of 1 item is right, in 1 class.');
    expect(said(planDiagram({ groups: [[operator as never]] }))).toMatch(/^1 operator runs as 1 group: /);
  });
});
