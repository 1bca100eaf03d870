import type { View } from '@ndl/ir';
import { complete } from '@ndl/numerics';
import { describe, expect, it } from 'vitest';
import { layOutMemory } from './memory-layout.ts';
import { mergeClasses } from './merge-class.ts';
import { copy, dot, leaky, lowerings, Paper, part, population, reset, whole } from './paper-graph.test-helper.ts';
import { hasItems, signalRoles } from './signal-roles.ts';

describe('signalRoles', () => {
  it('follow from what operators do with a signal', () => {
    const paper = new Paper();
    const fed = paper.signal('fed', [2], { role: 'input' });
    const weights = paper.parameter('weights', [2, 2]);
    const learntOnline = paper.parameter('learnt online', [2]);
    const value = paper.signal('value', [2]);
    const constant = paper.signal('constant', [2]);
    const voltage = paper.signal('voltage', [2]);
    const sum = paper.signal('sum', [2]);
    const delayed = paper.signal('delayed', [2]);
    const delay = { ...copy(whole(value), whole(delayed)), sets: [], updates: [whole(delayed)] };
    const rule = { ...copy(whole(value), whole(learntOnline)), sets: [], updates: [whole(learntOnline)] };
    const neurons = {
      ...population(leaky(), whole(constant), whole(value), [whole(voltage)]),
      states: [whole(voltage)],
    };
    const roles = signalRoles(paper.graph([dot(whole(weights), whole(fed), whole(sum), 'inc'), neurons, delay, rule]));
    expect(Object.fromEntries(paper.signals.map(({ name, id }) => [name, roles[id]]))).toEqual({
      fed: 'input',
      weights: 'parameter',
      'learnt online': 'learnt',
      value: 'temp',
      constant: 'constant',
      voltage: 'state',
      sum: 'state',
      delayed: 'state',
    });
    expect(roles.filter(hasItems).length).toBe(6);
  });
});

describe('mergeClasses', () => {
  const paper = new Paper();
  const [first, second] = [
    paper.signal('first', [2], { role: 'input' }),
    paper.signal('second', [2], { role: 'input' }),
  ];
  const [open, closed] = [paper.parameter('open', [2, 2]), paper.parameter('closed', [2, 2], false)];
  const wide = paper.parameter('wide', [3, 2]);
  const outputs = ['a', 'b', 'c', 'd', 'e'].map((name, index) => paper.signal(name, [index === 4 ? 3 : 2]));
  const [a, b, c, d, e] = outputs.map(whole);
  const operators = [
    dot(whole(open), whole(first), a!),
    dot(whole(open), whole(first), b!),
    dot(whole(open), whole(second), c!),
    dot(whole(closed), whole(first), d!),
    dot(whole(wide), whole(first), e!),
  ];
  const graph = paper.graph(operators);
  const classOf = complete(mergeClasses(graph, lowerings));

  it('are one for operators alike, whatever the shapes of their matrices', () => {
    expect(classOf(operators[0]!)).toBe(classOf(operators[1]!));
    expect(classOf(operators[0]!)).toBe(classOf(operators[4]!));
  });

  it.each([
    ['inputs, which have buffers of their own', 2],
    ['trainable marks', 3],
  ])('differ where %s differ', (_, index) => {
    expect(classOf(operators[index]!)).not.toBe(classOf(operators[0]!));
  });

  it('an operator that nobody lowers is named, with what is known', () => {
    const unknown = { ...operators[0]!, kind: 'dotIncc', label: 'the culprit' };
    expect(() => complete(mergeClasses(paper.graph([unknown as never]), lowerings))).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_OPERATOR',
        message: expect.stringMatching(/dotIncc.*the culprit.*Did you mean dotInc\?/) as unknown,
      }) as Error,
    );
  });
});

/** Merged copies of three vectors, two of them parts of others. */
function mergedCopies(): { readonly paper: Paper; readonly group: ReturnType<typeof copy>[] } {
  const paper = new Paper();
  const sources = [2, 3, 1].map((length, index) => paper.signal(`source ${index}`, [length]));
  const targets = [2, 3, 1].map((length, index) => paper.signal(`target ${index}`, [length]));
  return { paper, group: sources.map((source, index) => copy(whole(source), whole(targets[index]!))) };
}

describe('layOutMemory', () => {
  it('puts operands of one place in a group into one buffer, in the order of the sorter, with their contents', () => {
    const { paper, group } = mergedCopies();
    const graph = paper.graph(group);
    const reversed = [...paper.signals].reverse();
    const { buffers, arrays, viewOf } = complete(layOutMemory(graph, { plan: { groups: [group] }, signals: reversed }));
    expect(buffers.map(({ shape, role }) => [shape, role])).toEqual([
      [[6], 'temp'],
      [[6], 'constant'],
    ]);
    const [source0, source1, source2] = group.map(({ source }) => viewOf(source)) as [View, View, View];
    expect([source2.offset, source1.offset, source0.offset]).toEqual([0, 1, 4]);
    expect(buffers[1]!.initial).toEqual({ array: buffers[1]!.id });
    expect([...arrays.get(buffers[1]!.id)!.data]).toEqual([200, 100, 101, 102, 0, 1]);
  });

  it('gives every signal elements of its own', () => {
    const { paper, group } = mergedCopies();
    const alone = paper.signal('alone', [4]);
    const { buffers, viewOf } = complete(
      layOutMemory(paper.graph(group), { plan: { groups: [group] }, signals: paper.signals }),
    );
    const taken = paper.signals.flatMap((signal) => {
      const { buffer, offset } = viewOf(whole(signal));
      return Array.from({ length: signal.initial.size }, (_, index) => `${buffer} ${offset + index}`);
    });
    expect(new Set(taken).size).toBe(taken.length);
    expect(viewOf(whole(alone)).offset).toBe(0);
    for (const { shape, id } of buffers)
      expect(taken.filter((element) => element.startsWith(`${id} `)).length).toBe(
        shape.reduce((product, length) => product * length, 1),
      );
  });

  it('keeps what may be trained apart from what may not', () => {
    const paper = new Paper();
    const input = paper.signal('input', [2], { role: 'input' });
    const matrices = [true, false, true].map((trainable, index) =>
      paper.parameter(`weights ${index}`, [2, 2], trainable),
    );
    const group = matrices.map((matrix, index) =>
      dot(whole(matrix), whole(input), whole(paper.signal(`out ${index}`, [2]))),
    );
    const { trainable, buffers, viewOf } = complete(
      layOutMemory(paper.graph(group), {
        plan: { groups: [group] },
        signals: paper.signals,
      }),
    );
    expect(trainable).toEqual([viewOf(whole(matrices[0]!)).buffer]);
    expect(viewOf(whole(matrices[2]!)).buffer).toBe(trainable[0]);
    expect(viewOf(whole(matrices[1]!)).buffer).not.toBe(trainable[0]);
    expect(buffers.find(({ id }) => id === trainable[0])).toMatchObject({
      role: 'parameter',
      items: false,
      shape: [8],
    });
  });

  it('gives parameters that are learnt online two buffers: state of each item, which begins as the parameter', () => {
    const paper = new Paper();
    const value = paper.signal('value', [2], { role: 'input' });
    const learnt = [0, 1].map((index) => paper.parameter(`learnt ${index}`, [2]));
    const rules = learnt.map((signal) => ({
      ...copy(whole(value), whole(signal)),
      sets: [],
      updates: [whole(signal)],
    }));
    const graph = paper.graph(rules);
    const { buffers, trainable, viewOf, parameterOf } = complete(
      layOutMemory(graph, {
        plan: { groups: [rules] },
        signals: [...paper.signals].reverse(),
      }),
    );
    const [state, parameter] = [viewOf(whole(learnt[0]!)), parameterOf(learnt[0]!)];
    expect(buffers.find(({ id }) => id === state.buffer)).toMatchObject({
      role: 'state',
      items: true,
      lifetime: 'run',
      initial: { parameter: parameter.buffer },
    });
    expect(buffers.find(({ id }) => id === parameter.buffer)).toMatchObject({ role: 'parameter', items: false });
    expect(trainable).toEqual([parameter.buffer]);
    expect(parameter.offset).toBe(state.offset);
    expect(viewOf(whole(learnt[1]!)).buffer).toBe(state.buffer);
  });

  it('views parts of signals by stride or by indices, rows of matrices whole', () => {
    const paper = new Paper();
    const matrix = paper.signal('matrix', [4, 3]);
    const { viewOf } = complete(
      layOutMemory(paper.graph([reset(whole(matrix))]), {
        plan: { groups: [] },
        signals: paper.signals,
      }),
    );
    expect(viewOf(part(matrix, { kind: 'slice', start: 3, step: -2, length: 2 }))).toEqual({
      buffer: 'matrix',
      offset: 9,
      shape: [2, 3],
      strides: [-6, 1],
    });
    expect(viewOf(part(matrix, { kind: 'indices', indices: [2, 2, 0] }))).toEqual({
      buffer: 'matrix',
      offset: 0,
      shape: [3, 3],
      strides: [3, 1],
      indices: [{ axis: 0, offsets: [6, 6, 0] }],
    });
  });
});
