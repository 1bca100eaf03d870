/** @file The report: what stands in it and in which order, and, in Chromium, that it fits from phones on, in light and in dark. */
import { Connection, Ensemble, NdArray, Network, Node, Probe, Simulator } from 'ndl';
import { findChromium, NO_CHROMIUM } from 'ndl-browser';
import { chromium } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import type { ExperimentResult, Samples } from '../experiment.ts';
import { reportPage } from './page.ts';

const STEPS = 30;

const filled = (shape: readonly number[], value: (index: number) => number): NdArray =>
  new NdArray(
    Float32Array.from({ length: shape.reduce((product, length) => product * length, 1) }, (_, i) => value(i)),
    shape,
  );

/** Images of these digits, read as those; the outputs lie between -2 and 5. */
function samplesOf(labels: readonly number[], choices: readonly number[]): Samples {
  const items = labels.length;
  return {
    digits: {
      images: filled([items, 784], (index) => (index % 7) / 6),
      oneHot: filled([items, 10], (index) => Number(labels[Math.floor(index / 10)] === index % 10)),
      labels: Uint8Array.from(labels),
    },
    choices: Uint8Array.from(choices),
    outputs: filled([items, STEPS, 10], (index) => -2 + (7 * ((index * 13) % 101)) / 100),
  };
}

const LABELS = Array.from({ length: 200 }, (_, item) => item % 10);
/** Two of the 200 are wrong: a 4 and a 9 were taken for each other. */
const CHOICES = LABELS.map((label, item) => (item === 14 ? 9 : item === 19 ? 4 : label));

async function result(mistakes = samplesOf([4, 9], [9, 4])): Promise<ExperimentResult> {
  const net = new Network({ seed: 0 }, () => {
    const a = new Ensemble({ nNeurons: 10, dimensions: 1, label: 'a <hidden> layer' });
    new Connection(new Node([1]), a);
    new Probe(a);
  });
  await using sim = await Simulator.create(net);
  const losses = [0.5, 0.2, 0.1];
  return {
    rateAccuracy: 0.9912,
    spikingAccuracy: 0.9871,
    meanFiringRate: 12.34,
    seconds: { read: 1, build: 2, train: 30, test: 4, total: 37 },
    backend: sim.backend,
    history: { epochs: losses.map((loss, at) => ({ epoch: at + 1, training: { loss }, validation: { loss } })) },
    bestEpoch: 3,
    samples: samplesOf([7, 2, 1, 0, 4, 1], [7, 2, 1, 0, 4, 1]),
    mistakes,
    reading: { labels: Uint8Array.from(LABELS), choices: Uint8Array.from(CHOICES) },
    spikes: filled([STEPS, 40], (index) => Number(index % 11 === 0)),
    plan: { simplifications: sim.compiled.simplifications, sorted: sim.plan },
  };
}

let page = '';
beforeAll(async () => {
  page = reportPage(await result());
});

/** The pieces of a text stand in it, one behind the other. */
function expectInOrder(text: string, pieces: readonly string[]): void {
  const places = pieces.map((piece) => text.indexOf(piece));
  expect(pieces.filter((_, at) => places[at] === -1)).toEqual([]);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
}

test('begins with the figures, and folds away how it was compiled', () => {
  expectInOrder(page, [
    '<h1>',
    'Accuracy in spikes',
    '98.71 %',
    'Accuracy in rates',
    '99.12 %',
    'Mean firing rate',
    '12.3 Hz',
    '<h2>Digits',
    '<h2>Mistakes',
    'True and read digits of 200 test images',
    '<h2>Spikes',
    '<details',
    'How the network was compiled',
  ]);
  expect(page).not.toContain('<details open');
});

test('shows each digit with what it is, what it was read as, and the trace of that one strongly', () => {
  const cards = page.match(/<article[\s\S]*?<\/article>/g)!;
  expect(cards).toHaveLength(8);
  const wrong = cards[6]!;
  expect(wrong).toMatch(/true<b>4<\/b>/);
  expect(wrong).toMatch(/class="wrong">read<b>9<\/b>/);
  expect(cards[0]).toMatch(/class="right">read<b>7<\/b>/);
  for (const card of cards) expect(card.match(/class="[^"]*\bstrong\b/g)).toHaveLength(1);
  expect(page).toContain('2 of 200 images were read as another digit.');
});

test('is whole where no mistake was made', async () => {
  const faultless = await result(samplesOf([], []));
  const read = { ...faultless, reading: { ...faultless.reading, choices: faultless.reading.labels } };
  expect(reportPage(read)).toContain('0 of 200 images were read as another digit.');
});

test('loads nothing, and what others named stands in it as text', () => {
  expect(page).not.toMatch(/(?:src|href)="|<script|url\(|@import/);
  expect(page).toContain('&lt;hidden&gt;');
  expect(page).not.toContain('<hidden>');
});

test('has a text for each picture, and colours for the dark', () => {
  const pictures = page.match(/<svg[^>]*>/g)!;
  expect(pictures.length).toBeGreaterThan(16);
  expect(pictures.filter((tag) => !/role="img"/.test(tag) || !/aria-label(?:ledby)?="[^"]+"/.test(tag))).toEqual([]);
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, named] of page.matchAll(/aria-labelledby="([^"]+)"/g))
    for (const id of named!.split(' ')) expect(ids).toContain(id);
  expect(page).toContain('@media (prefers-color-scheme: dark)');
});

/** What is seen of a page: how wide it wants to be, how far its colours are apart, and what is larger than the first figure. */
const LOOK = `(() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[0-9.]+/g).map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const { color, backgroundColor } = getComputedStyle(document.body);
  const [ink, paper] = [light(color), light(backgroundColor)];
  const sizeOf = (element) => parseFloat(getComputedStyle(element).fontSize);
  for (const details of document.querySelectorAll('details')) details.open = true;
  const shown = [...document.querySelectorAll('main *')].filter((element) => element.getClientRects().length > 0);
  const { width } = document.documentElement.getBoundingClientRect();
  return {
    overflow: document.documentElement.scrollWidth - width,
    outside: shown.filter((element) => element.getBoundingClientRect().right > width + 1).map((element) => element.outerHTML.slice(0, 80)),
    contrast: (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05),
    isDark: paper < ink,
    largest: shown.reduce((largest, element) => (sizeOf(element) > sizeOf(largest) ? element : largest)).textContent,
  };
})()`;

/** Opens everything. What is wider than the page then, and names in tables that are broken within a word. */
const OPENED = `(() => {
  for (const details of document.querySelectorAll('details')) details.open = true;
  const isBroken = (text) => [...text.data.matchAll(/\\S+/g)].some(({ 0: word, index }) => {
    const range = document.createRange();
    range.setStart(text, index);
    range.setEnd(text, index + word.length);
    return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
  });
  const names = [...document.querySelectorAll('th')].flatMap((name) => [...name.childNodes]).filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
  return {
    names: names.length,
    overflow: document.documentElement.scrollWidth - document.documentElement.getBoundingClientRect().width,
    broken: names.filter(isBroken).map(({ data }) => data),
  };
})()`;

test(
  'fits phones and desks, in light and in dark, its first figure the largest text',
  { timeout: 120_000 },
  async ({ skip }) => {
    const executablePath = findChromium();
    if (executablePath === undefined) {
      if (process.env['NDL_NEEDS_BROWSER'] === '1') throw new Error(NO_CHROMIUM);
      skip(NO_CHROMIUM);
    }
    const browser = await chromium.launch({ executablePath: executablePath! });
    try {
      for (const colorScheme of ['light', 'dark'] as const) {
        const tab = await browser.newPage({ colorScheme });
        await tab.setContent(page);
        for (const width of [390, 800, 1280]) {
          await tab.setViewportSize({ width, height: 900 });
          const look = (await tab.evaluate(LOOK)) as { contrast: number };
          const wanted = { overflow: 0, outside: [], isDark: colorScheme === 'dark', largest: '98.71 %' };
          expect({ width, ...look }).toMatchObject({ width, ...wanted });
          expect(look.contrast).toBeGreaterThan(7);
          const opened = (await tab.evaluate(OPENED)) as { names: number };
          expect({ width, ...opened }).toMatchObject({ width, overflow: 0, broken: [] });
          expect(opened.names).toBeGreaterThan(5);
        }
        await tab.close();
      }
    } finally {
      await browser.close();
    }
  },
);
