/** @file What plugins return in a compilation, checked where it comes in and said of them. */
import type { LoweringContext, NeuronStep, OperatorLowering } from '@ndl/core';
import { kernel } from '@ndl/ir';
import { describe, expect, it } from 'vitest';
import {
  compileAsDrawn,
  leaky,
  leakyDefinition,
  lowerings,
  NOTHING_HELD,
  Paper,
  reset,
  twoPopulations,
  whole,
} from './paper-graph.test-helper.ts';

const refusal = (code: string, message: RegExp): Error =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as unknown }) as Error;

/** Compiles a graph of one operator of a stranger's kind, `noisy`, that sets a vector of two elements. */
function compiledBy(stranger: Partial<OperatorLowering>): () => unknown {
  const paper = new Paper();
  const target = whole(paper.signal('target', [2]));
  const operator = { kind: 'noisy', label: 'a noisy thing', target, sets: [target], incs: [], reads: [], updates: [] };
  const lowering = { kind: 'noisy', mergeClass: () => undefined, lower: () => undefined, ...stranger };
  return () =>
    compileAsDrawn(paper.graph([operator as never], [target]), {
      lowerings: new Map([...lowerings, ['noisy', lowering as unknown as OperatorLowering]]),
      pluginOf: (definition) => (definition === lowering ? 'noise-for-all' : '@ndl/compiler'),
    }).forwardProgram('run', NOTHING_HELD);
}

const blamed = /operator kind 'noisy' \(plugin noise-for-all\).* a noisy thing/;
const view = (members: { readonly target: unknown }, context: LoweringContext) =>
  context.concatenated([members.target as never]);

describe('a lowering of a plugin', () => {
  const invert = kernel({ name: 'invert', inputs: ['x'] }, (k) => ({ y: k.negate(k.inputs.x) }));
  const emits =
    (make: (target: ReturnType<typeof view>, context: LoweringContext) => unknown) =>
    ([operator]: readonly unknown[], context: LoweringContext): void =>
      context.emit(make(view(operator as never, context), context) as never);

  it.each<[string, RegExp, Partial<OperatorLowering>]>([
    [
      'throws',
      /boom/,
      {
        lower: () => {
          throw new TypeError('boom');
        },
      },
    ],
    ['is asynchronous', /lower returned a promise/, { lower: (async () => {}) as never }],
    ['is a generator', /lower returned a generator that was never run/, { *lower() {} } as never],
    [
      'emits nothing that is an instruction',
      /emit takes an instruction, got undefined/,
      { lower: emits(() => undefined) as never },
    ],
    ['emits a promise', /a promise/, { lower: emits(() => Promise.resolve()) as never }],
    [
      'emits an unknown kind',
      /kind 'fil'/,
      { lower: emits((target) => ({ kind: 'fil', value: 0, target, mode: 'set' })) as never },
    ],
    [
      'emits without a target',
      /lacks a part|in the place of a view/,
      { lower: emits(() => ({ kind: 'fill', value: 0, mode: 'set' })) as never },
    ],
    [
      'emits a view without strides',
      /in the place of a view/,
      {
        lower: emits(() => ({
          kind: 'fill',
          value: 0,
          target: { buffer: 'target', offset: 0, shape: [2] },
          mode: 'set',
        })) as never,
      },
    ],
    [
      'writes a buffer that there is not',
      /unknown buffer "targt"\. Did you mean target\?/,
      {
        lower: emits((target) => ({
          kind: 'fill',
          value: 0,
          target: { ...target, buffer: 'targt' },
          mode: 'set',
        })) as never,
      },
    ],
    [
      'writes beyond its buffer',
      /reaches elements 0 to 2/,
      {
        lower: emits((target) => ({ kind: 'fill', value: 0, target: { ...target, shape: [3] }, mode: 'set' })) as never,
      },
    ],
    [
      'writes in a mode that there is not',
      /of mode 'put'/,
      { lower: emits((target) => ({ kind: 'fill', value: 0, target, mode: 'put' })) as never },
    ],
    [
      'copies between shapes',
      /source has shape \[3\], expected \[2\]/,
      {
        lower: emits((target, context) => ({
          kind: 'copy',
          source: context.constant('c', [1, 2, 3], [3]),
          target,
          mode: 'set',
        })) as never,
      },
    ],
    [
      'maps with too few operands',
      /kernel invert has 1 inputs \(x\), got 0/,
      {
        lower: emits((target) => ({
          kind: 'map',
          kernel: invert,
          inputs: [],
          parameters: [],
          outputs: [{ target, mode: 'set' }],
        })) as never,
      },
    ],
    [
      'maps without a kernel',
      /lacks a part/,
      {
        lower: emits((target) => ({
          kind: 'map',
          inputs: [],
          parameters: [],
          outputs: [{ target, mode: 'set' }],
        })) as never,
      },
    ],
    [
      'calls a host that was not declared',
      /unknown host "dice"/,
      { lower: emits((target) => ({ kind: 'host', host: 'dice', inputs: [], outputs: [target] })) as never },
    ],
    [
      'declares a host that cannot be made',
      /make of host function 'dice'/,
      {
        lower: (_: unknown, context: LoweringContext) =>
          context.host({ id: 'dice', label: 'dice', scope: 'item', acts: false } as never),
      },
    ],
    [
      'writes a constant',
      /never written/,
      {
        lower: emits((_, context) => ({
          kind: 'fill',
          value: 0,
          target: context.constant('c', [1, 2], [2]),
          mode: 'set',
        })) as never,
      },
    ],
    [
      'reads what nobody has set',
      /before it was wholly set/,
      { lower: emits((target) => ({ kind: 'fill', value: 0, target, mode: 'add' })) as never },
    ],
  ])('that %s', (_, problem, stranger) => {
    expect(compiledBy(stranger)).toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^LOWERING_(FAILED|INVALID)$/) as unknown,
        message: expect.stringMatching(blamed) as unknown,
      }) as Error,
    );
    expect(compiledBy(stranger)).toThrow(problem);
  });

  it('whose merge class is neither a string nor undefined, or throws', () => {
    expect(compiledBy({ mergeClass: () => 7 as never })).toThrow(
      refusal('LOWERING_INVALID', /mergeClass must return.*got 7/),
    );
    expect(
      compiledBy({
        mergeClass: () => {
          throw new Error('boom');
        },
      }),
    ).toThrow(refusal('LOWERING_FAILED', blamed));
  });

  it('that is right compiles', () => {
    expect(
      compiledBy({ lower: emits((target) => ({ kind: 'fill', value: 1, target, mode: 'set' })) as never }),
    ).not.toThrow();
  });
});

describe('the step of a neuron type', () => {
  const { paper, operators, outputs } = twoPopulations();
  const graph = paper.graph(operators, outputs);
  const own = leakyDefinition.step(leaky());
  const compileWith = (step: () => NeuronStep) =>
    compileAsDrawn(graph, { neurons: new Map([['leaky', { ...leakyDefinition, step }]]) }).forwardProgram(
      'run',
      NOTHING_HELD,
    );
  const trainWith = (trainingStep: () => NeuronStep) =>
    compileAsDrawn(graph, {
      gradientFor: () => ({ name: 'mine', supports: () => true, trainingStep }),
    }).trainingProgram({ objectives: [] }, { held: new Set(), heldTargets: new Set(), neurons: 'training' });

  it.each<[string, RegExp, () => unknown]>([
    ['nothing', /undefined/, () => undefined],
    ['a promise', /a promise/, () => Promise.resolve(own)],
    ['no kernel', /kernel\(\)/, () => ({ ...own, kernel: {} })],
    ['no parameters', /parameters/, () => ({ kernel: own.kernel })],
    [
      'a parameter that is no number',
      /'threshold' the value 'high'/,
      () => ({ ...own, parameters: { threshold: 'high' } }),
    ],
    ['a parameter that is not finite', /'threshold' the value NaN/, () => ({ ...own, parameters: { threshold: NaN } })],
    ['no output', /'output'/, () => ({ ...own, kernel: { ...own.kernel, outputs: own.kernel.outputs.slice(1) } })],
  ])('that is %s is said of the neuron type, or of its gradient approximation', (_, problem, step) => {
    expect(() => compileWith(step as () => NeuronStep)).toThrow(refusal('NEURON_STEP_INVALID', /kind 'leaky'/));
    expect(() => compileWith(step as () => NeuronStep)).toThrow(problem);
    expect(() => trainWith(step as () => NeuronStep)).toThrow(
      refusal('NEURON_STEP_INVALID', /kind 'leaky'.*gradient approximation "mine"/),
    );
  });

  it('that throws', () => {
    const step = (): never => {
      throw new TypeError('boom');
    };
    expect(() => compileWith(step)).toThrow(refusal('NEURON_STEP_INVALID', /kind 'leaky'.*step threw: boom/));
  });
});

describe('what planner, sorter and simplifications return', () => {
  const paper = new Paper();
  const target = whole(paper.signal('target', [2]));
  const graph = paper.graph([reset(target, 1)], [target]);

  it.each<[string, unknown]>([
    ['a promise', Promise.resolve({ groups: [] })],
    ['nothing', undefined],
    ['null', null],
    ['a list', []],
    ['groups that are none', { groups: [7] }],
    ['groups of other things', { groups: [[null]] }],
  ])('a planner that returns %s', (_, plan) => {
    expect(() => compileAsDrawn(graph, { planner: () => plan as never, plannerName: 'mine' })).toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^PLAN_/) as unknown,
        message: expect.stringMatching(/^Planner mine/) as unknown,
      }) as Error,
    );
  });

  it.each<[string, unknown]>([
    ['a promise', Promise.resolve({})],
    ['nothing', undefined],
    ['groups that are none', { plan: { groups: [7] }, signals: graph.signals }],
    ['signals that are none', { plan: { groups: [graph.operators] }, signals: [null] }],
  ])('a sorter that returns %s', (_, sorted) => {
    expect(() => compileAsDrawn(graph, { sorter: () => sorted as never, sorterName: 'mine' })).toThrow(
      refusal('SORT_CHANGED_PLAN', /^Sorter mine/),
    );
  });

  it.each<[string, unknown]>([
    ['a promise', Promise.resolve(graph)],
    ['nothing', undefined],
    ['a list', []],
    ['operators that are none', { ...graph, operators: [7] }],
    ['operators without lists', { ...graph, operators: [{ kind: 'reset', label: 'x' }] }],
    ['views of strange signals', { ...graph, operators: [reset(whole(new Paper().signal('other', [1])), 1)] }],
  ])('a simplification that returns %s', (_, simplified) => {
    const simplifications = [{ name: 'mine', apply: () => simplified as never }];
    expect(() => compileAsDrawn(graph, { simplifications })).toThrow(
      refusal('SIMPLIFICATION_BROKE_GRAPH', /^Simplification mine/),
    );
  });
});
