/** @file What is read from sources, and written into them. */
import { expect, test } from 'vitest';
import { knobsOf, wordsOf } from './knobs.ts';
import { nengoModel } from './nengo-model.ts';
import { openingParagraph } from './opening-paragraph.ts';

test('knobs are constants with a range behind them', () => {
  const source =
    'const NOISE = 0.25; // knob 0 to 1\nconst other = 3;\n  const tauSyn = -1e-3; // knob -1 to 2, of decay\n';
  const [noise, tau, ...more] = knobsOf(source);
  expect(noise).toMatchObject({ name: 'NOISE', value: 0.25, least: 0, most: 1 });
  expect(source.slice(noise!.from, noise!.to)).toBe('0.25');
  expect(tau).toMatchObject({ name: 'tauSyn', value: -0.001 });
  expect(source.slice(tau!.from, tau!.to)).toBe('-1e-3');
  expect(more).toEqual([]);
  expect([wordsOf('LEARNING_RATE'), wordsOf('tauSyn')]).toEqual(['learning rate', 'tau syn']);
});

test('ranges that are none, and numbers that are none, are no knobs', () => {
  expect(knobsOf('const a = 1; // knob 2 to 1\nconst b = x; // knob 0 to 1\nlet c = 1; // knob 0 to 1')).toEqual([]);
});

test('a model says what it is in the comment that it begins with', () => {
  expect(openingParagraph('/**\n * One thing,\n * and another.\n */\nimport 1;')).toBe('One thing, and another.');
  expect(openingParagraph('// One thing,\n// and another.\nimport 1; // no')).toBe('One thing, and another.');
  expect(openingParagraph("import 'ndl';\n/* later */")).toBe('');
});

test("a model of a file of Nengo's imports it, and its name is but a name", () => {
  const source = nengoModel('{"format":"x"}', 'a */ alert(1) /*.json');
  expect(source).not.toContain('alert(1)');
  expect(source.split('*/')).toHaveLength(2);
  expect(source).toContain('importNengo(text)');
  expect(() => nengoModel('{', 'a.json')).toThrow('a.json is no JSON');
  expect(() => nengoModel('[]', 'a.json')).toThrow('a.json holds no network');
});
