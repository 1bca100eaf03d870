/** @file What of a network is seen, where it stands, and how what was done to it is taken back. */
import { expect, test } from 'vitest';
import type { DrawnConnection, DrawnObject } from '../runner/messages.ts';
import { boxesOf, layOutAtOnce } from './layout.ts';
import { UndoHistory } from './undo-history.ts';
import { visibleNetwork } from './visible-network.ts';

const object = (id: string, kind: DrawnObject['kind'] = 'node'): DrawnObject => ({
  id,
  kind,
  label: id,
  detail: '',
  line: null,
  parent: id.includes('/') ? id.slice(0, id.lastIndexOf('/')) : null,
  isInput: false,
  size: 1,
  neurons: 0,
  plots: [],
});
const connection = (from: string, to: string): DrawnConnection => ({
  id: `${from} → ${to}`,
  from,
  to,
  kind: 'decoded',
  detail: '',
  line: null,
  plots: [],
});
const OBJECTS = [
  object('in'),
  object('sub', 'network'),
  object('sub/a'),
  object('sub/deep', 'network'),
  object('sub/deep/b'),
  object('out'),
];
const CONNECTIONS = [
  connection('in', 'sub/a'),
  connection('in', 'sub/deep/b'),
  connection('sub/a', 'sub/deep/b'),
  connection('sub/deep/b', 'out'),
  connection('out', 'out'),
];
const seen = (open: string[], most = 100): [string[], string[], number] => {
  const { objects, arrows, left } = visibleNetwork(OBJECTS, CONNECTIONS, new Set(open), most);
  return [
    objects.map((each) => each.object.id),
    arrows.map(({ from, to, connections }) => `${from} ${to} ${connections.length}`),
    left,
  ];
};

test('a subnetwork that is closed stands for all that is in it', () => {
  expect(seen([])).toEqual([['in', 'sub', 'out'], ['in sub 2', 'sub out 1', 'out out 1'], 0]);
});

test('an open one shows its members, and those that are closed within it stand for theirs', () => {
  const [objects, arrows] = seen(['sub']);
  expect(objects).toEqual(['in', 'sub', 'sub/a', 'sub/deep', 'out']);
  expect(arrows).toContain('sub/a sub/deep 1');
  // What is open within something closed is not seen.
  expect(seen(['sub/deep'])).toEqual(seen([]));
});

test('what is too much is counted', () => {
  expect(seen([], 2)).toEqual([['in', 'sub'], ['in sub 2'], 1]);
});

test('boxes do not overlap, frames hold what is in them, and what was moved stays', () => {
  for (const open of [[], ['sub'], ['sub', 'sub/deep']]) {
    const network = visibleNetwork(OBJECTS, CONNECTIONS, new Set(open), 100);
    const { places } = layOutAtOnce(network, new Map([['out', { x: 900, y: 7 }]]));
    const boxes = boxesOf(network, places);
    expect(boxes.get('out')).toMatchObject({ x: 900, y: 7 });
    for (const [one, a] of boxes)
      for (const [other, b] of boxes) {
        if (one === other) continue;
        const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        const isWithin = a.x < b.x && a.y < b.y && a.x + a.width > b.x + b.width && a.y + a.height > b.y + b.height;
        const isAround = other.startsWith(`${one}/`) || one.startsWith(`${other}/`);
        expect(isAround || apart, `${one} beside ${other}`).toBe(true);
        expect(!other.startsWith(`${one}/`) || isWithin, `${other} in ${one}`).toBe(true);
      }
  }
});

test('what was done is taken back and done again; what is new ends that', () => {
  const history = new UndoHistory('a');
  expect([history.canUndo, history.undo()]).toEqual([false, 'a']);
  history.change('b');
  history.change('c');
  expect([history.undo(), history.undo(), history.redo()]).toEqual(['b', 'a', 'b']);
  history.change('d');
  expect([history.canRedo, history.undo(), history.redo()]).toEqual([false, 'b', 'd']);
});
