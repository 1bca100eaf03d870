import { expect, test } from 'vitest';
import { isNdlError, NdlError, suggest, withHint, withoutStop } from '../index.ts';

test('an error is known by its name and code, whichever copy of the class made it', () => {
  const cause = new Error('inner');
  const error = new NdlError('UNKNOWN_THING', 'No thing.', { known: ['a'], cause });
  expect(isNdlError(error)).toBe(true);
  expect(isNdlError(error, 'UNKNOWN_THING')).toBe(true);
  expect(isNdlError(error, 'OTHER')).toBe(false);
  expect([error.known, error.cause]).toEqual([['a'], cause]);

  const foreign = Object.assign(new Error('x'), { name: 'NdlError', code: 'FOREIGN' });
  expect(isNdlError(foreign, 'FOREIGN')).toBe(true);
  expect(isNdlError(new Error('x'))).toBe(false);
  expect(isNdlError({ name: 'NdlError', code: 'FOREIGN' })).toBe(false);
});

test('a near name is suggested, a far one is not', () => {
  const known = ['trainable', 'planner', 'lifSmoothing'];
  expect(suggest('planer', known)).toBe('Did you mean planner? Known: trainable, planner, lifSmoothing.');
  expect(suggest('LIFSMOOTHING', known)).toContain('Did you mean lifSmoothing?');
  expect(suggest('voltage', known)).toBe('Known: trainable, planner, lifSmoothing.');
  expect(suggest('anything', [])).toBe('None is known.');
});

test('prints no list of alternatives where there is none', () => {
  expect(Object.keys(new NdlError('CODE', 'message'))).not.toContain('known');
  expect(Object.keys(new NdlError('CODE', 'message', { known: [] }))).not.toContain('known');
  expect(new NdlError('CODE', 'message').known).toEqual([]);
  expect(Object.keys(new NdlError('CODE', 'message', { known: ['this'] }))).toContain('known');
});

test('sentences are added to: a hint stands behind one, and words go on from one without its stop', () => {
  expect([withHint('No x.', 'Try y.'), withHint('No x.', '')]).toEqual(['No x. Try y.', 'No x.']);
  expect(['No x.', 'No x', 'No 1.5...'].map(withoutStop)).toEqual(['No x', 'No x', 'No 1.5']);
});
