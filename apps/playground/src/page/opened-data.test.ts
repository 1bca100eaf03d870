/** @file A damaged file leaves what there was, and nothing where there was nothing. */
import { expect, test } from 'vitest';
import type { DataFile } from './data-files.ts';
import { OpenedData } from './opened-data.ts';

const file = (byte: number): DataFile => ({ name: 'points', format: 'npz', bytes: Uint8Array.of(byte) });

test('what can be read stays, and is news once', () => {
  const opened = new OpenedData();
  opened.offer(file(1));
  expect([opened.accept('points'), opened.accept('points')]).toEqual([true, false]);
  expect(opened.get('points')).toEqual(file(1));
});

test('what cannot be read goes, and what there was before it is there again', () => {
  const opened = new OpenedData();
  opened.offer(file(1));
  opened.refuse('points');
  expect(opened.get('points')).toBeUndefined();
  opened.offer(file(2));
  opened.accept('points');
  opened.offer(file(3));
  opened.offer(file(4));
  opened.refuse('points');
  expect(opened.get('points')).toEqual(file(2));
  // Who asked for it meanwhile is told, too.
  opened.refuse('points');
  expect(opened.get('points')).toEqual(file(2));
});
