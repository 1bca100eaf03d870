/** @file Data of trainings in all their forms: items of them, their classes. */
import { ndarray, Network, Node } from 'ndl';
import { expect, test } from 'vitest';
import { DataHost } from './data-host.ts';
import { accuracyOf, classesOf, countOf, itemsOf, pairsOf, spread } from './training-data.ts';

const csv = (text: string): Uint8Array => new TextEncoder().encode(text);

test('items are taken of every form of data', () => {
  const [a, b] = new Network({}).within(() => [new Node([0, 0]), new Node([0])] as const);
  const items = [
    [1, 2],
    [3, 4],
    [5, 6],
  ];
  const pairs = pairsOf<Node>([
    [a, items],
    [b, ndarray([[7], [8], [9]])],
  ]);
  expect(countOf(pairs)).toBe(3);
  const taken = pairsOf(itemsOf(pairs, [2, 0]));
  expect(taken.map(([key, { data, shape }]) => [key === a, [...data], shape])).toEqual([
    [true, [5, 6, 1, 2], [2, 2]],
    [false, [9, 7], [2, 1]],
  ]);
  const fromMap = pairsOf<Node>(new Map([[a, items]]));
  expect(fromMap[0]![0]).toBe(a);
  const bare = pairsOf<Node>(items);
  expect(bare[0]![0]).toBeUndefined();
  expect(itemsOf(bare, [1])).toMatchObject({ shape: [1, 2] });
  expect(spread(10, 4)).toEqual([0, 2, 5, 7]);
  expect(spread(3, 9)).toEqual([0, 1, 2]);
});

test('classes are the largest values, or sides of the middle', () => {
  expect([
    ...classesOf(
      ndarray([
        [
          [0, 1],
          [1, 0],
        ],
        [
          [1, 0],
          [0, 1],
        ],
      ]),
    ),
  ]).toEqual([0, 1]);
  expect([...classesOf(ndarray([[-1], [1], [1]]))]).toEqual([0, 1, 1]);
  expect(
    accuracyOf(
      ndarray([
        [
          [9, 0],
          [0, 1],
        ],
        [
          [0, 9],
          [1, 0],
        ],
      ]),
      [1, 1],
      0,
    ),
  ).toBe(0.5);
});

test('data that are not there are asked for once, and what is not found is said', async () => {
  const asked: string[] = [];
  const host = new DataHost((name) => asked.push(name));
  const [loading, again] = [host.load('points'), host.load('points')];
  host.take({ order: 'data', name: 'points', format: 'csv', bytes: csv('1,2') });
  expect((await loading)['table']).toMatchObject({ shape: [1, 2] });
  expect(await again).toBe(await loading);
  await host.load('points');
  expect(asked).toEqual(['points']);
  const broken = host.load('broken');
  const damaged = csv('1,2\n1,x');
  // Whoever sent it is told as well as whoever waits.
  expect(() => host.take({ order: 'data', name: 'broken', format: 'csv', bytes: damaged })).toThrow('line 2');
  await expect(broken).rejects.toThrow('line 2');
  expect(() => host.take({ order: 'data', name: 'points', format: 'csv', bytes: damaged })).toThrow('line 2');
  expect((await host.load('points'))['table']).toMatchObject({ shape: [1, 2] });
  const missing = host.load('digits');
  host.take({ order: 'data', name: 'digits', format: 'npz', bytes: null });
  await expect(missing).rejects.toThrow("no data 'digits'");
});
