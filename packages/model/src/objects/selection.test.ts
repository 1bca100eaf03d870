import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  Connection,
  hasRepeats,
  Network,
  networkFromJson,
  Node,
  Probe,
  selectionIndices,
  type NodeFunction,
  type ObjectView,
} from '../index.ts';

const failing = (code: string, text = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

const nodeOfSize = (size: number): Node => new Network().within(() => new Node({ sizeIn: size, label: 'n' }));
const picked = (view: ObjectView): readonly number[] => selectionIndices(view.selection);

/** Python's rules for `range(size)[start:end:step]`, by walking instead of by arithmetic. */
function walkedSlice(size: number, start: number | null, end: number | null, step: number): number[] {
  const isInside = (position: number): boolean => position >= 0 && position < size;
  const fromEnd = (position: number): number => (position < 0 ? position + size : position);
  const walked: number[] = [];
  const first = start === null ? (step > 0 ? 0 : size - 1) : fromEnd(start);
  const last = end === null ? (step > 0 ? size : -1) : fromEnd(end);
  // A start beyond the near end is moved to it; the walk then ends where it leaves the array or reaches `last`.
  const begin = step > 0 ? Math.max(first, 0) : Math.min(first, size - 1);
  for (let position = begin; step > 0 ? position < last : position > last; position += step) {
    if (!isInside(position)) break;
    walked.push(position);
  }
  return walked;
}

test('slices pick what Python slices pick, and empty ones are refused', () => {
  const bound = fc.option(fc.integer({ min: -12, max: 12 }));
  const step = fc.integer({ min: -4, max: 4 }).filter((value) => value !== 0);
  const sliced = (node: Node, ...range: Parameters<Node['slice']>): unknown => {
    try {
      const view = node.slice(...range);
      return { indices: picked(view), sizes: [view.sizeIn, view.sizeOut] };
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), bound, bound, step, (size, start, end, by) => {
      const indices = walkedSlice(size, start, end, by);
      const expected = { indices, sizes: [indices.length, indices.length] };
      expect(sliced(nodeOfSize(size), start, end, by)).toEqual(indices.length > 0 ? expected : 'INVALID_SELECTION');
    }),
  );
});

test('an index, from the end too, picks one element', () => {
  const node = nodeOfSize(4);
  expect(node.at(1).selection).toEqual({ kind: 'slice', start: 1, step: 1, length: 1 });
  expect(picked(node.at(-1))).toEqual([3]);
});

test('lists of indices keep their order and repeats; flags pick where they are true', () => {
  const node = nodeOfSize(4);
  expect(picked(node.at([2, 0, -1, 2]))).toEqual([2, 0, 3, 2]);
  expect(hasRepeats(node.at([2, 0, 2]).selection)).toBe(true);
  expect(hasRepeats(node.at([2, 0]).selection)).toBe(false);
  expect(hasRepeats(node.slice(0, 2).selection)).toBe(false);
  expect(picked(node.at([true, false, false, true]))).toEqual([0, 3]);
});

test.each([
  ['an index beyond the end', (node: Node) => node.at(4), 'index 4'],
  ['an index before the beginning', (node: Node) => node.at(-5), 'index -5'],
  ['a fractional index', (node: Node) => node.at(0.5), 'index 0.5'],
  ['a list with an index beyond the end', (node: Node) => node.at([0, 9]), 'index 9'],
  ['an empty list', (node: Node) => node.at([]), 'nothing'],
  ['flags of the wrong number', (node: Node) => node.at([true]), '1 flags'],
  ['flags that are all false', (node: Node) => node.at([false, false, false, false]), 'nothing'],
  ['a mixture', (node: Node) => node.at([true, 1] as never), 'mixture'],
  ['no index at all', (node: Node) => node.at('0' as never), 'at() takes'],
  ['a step of zero', (node: Node) => node.slice(0, 1, 0), 'step 0'],
  ['a fractional bound', (node: Node) => node.slice(0.5), 'bound 0.5'],
])('%s is refused', (_, select, text) => {
  expect(() => select(nodeOfSize(4))).toThrow(failing('INVALID_SELECTION', text));
});

test('of a node that takes more or less than it gives, ends pick of what they are of, as Python picks of either', () => {
  const { wide, narrow, other } = new Network().within(() => ({
    wide: new Node((_, x) => [x[0]!, x[1]!], { sizeIn: 5, label: 'wide' }),
    narrow: new Node((_, x) => [x[0]!, 0, 0, 0, x[1]!], { sizeIn: 2, label: 'narrow' }),
    other: new Node({ sizeIn: 1 }),
  }));
  const selected = (view: ObjectView): unknown => {
    const { ofInput, ofOutput } = view.directed;
    return [ofInput, ofOutput].map((selection) => selection && selectionIndices(selection));
  };
  expect([wide.at(-1), narrow.at(-1)].map(selected)).toEqual([
    [[4], [1]],
    [[1], [4]],
  ]);
  expect([wide.slice(1), narrow.slice(null, null, -1)].map(selected)).toEqual([
    [[1, 2, 3, 4], [1]],
    [
      [1, 0],
      [4, 3, 2, 1, 0],
    ],
  ]);
  expect([wide.at(4), narrow.at([3, 4]), wide.at([false, true])].map(selected)).toEqual([
    [[4], null],
    [null, [3, 4]],
    [null, [1]],
  ]);
  wide.network.within(() => {
    expect(new Connection(narrow.at(-1), wide.at(-1)).preSelection).toMatchObject({ start: 4 });
    expect(new Connection(wide.at(-1), narrow.at(-1)).postSelection).toMatchObject({ start: 1 });
    expect(new Probe(wide.at(-1)).selection).toMatchObject({ start: 1 });
    const refused = failing('INVALID_SELECTION', 'beyond its 2 outputs') as Error;
    expect(() => new Connection(wide.at(4), other)).toThrow(refused);
    expect(() => new Probe(wide.at(4))).toThrow(refused);
    expect(() => new Connection(other, narrow.at(4))).toThrow(
      failing('INVALID_SELECTION', 'beyond its 2 inputs') as Error,
    );
  });
  const again = networkFromJson(wide.network.toJSON({ functions: functionsOf(wide, narrow) }), {
    functions: functionsOf(wide, narrow),
  });
  const ends = ({ connections }: Network): unknown =>
    connections.map((each) => [each.preSelection, each.postSelection]);
  expect(ends(again)).toEqual(ends(wide.network));
  expect(() => wide.at(5)).toThrow(failing('INVALID_SELECTION', 'its 5 elements') as Error);
});

const functionsOf = (...nodes: readonly Node[]) =>
  Object.fromEntries(nodes.map((node) => [node.label!, node.output as NodeFunction]));
