import { isNdlError } from '@ndl/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  differentiate,
  type Instruction,
  kernel,
  moveLoopInvariants,
  type Program,
  type ProgramPass,
  removeDeadBuffers,
  runPasses,
  type Training,
  verifyProgram,
} from '../index.ts';
import { buffer, LOWPASS, program, TANH, view } from '../program-fixtures.test-helper.ts';
import { KEPT, largestChange, RANDOM_PROGRAM } from './random-program.test-helper.ts';

describe('every pass leaves the results of random programs alone', () => {
  it.each<[ProgramPass, number]>([
    [removeDeadBuffers, 0],
    [moveLoopInvariants, 0],
  ])('$name', (pass, tolerance) => {
    fc.assert(
      fc.property(RANDOM_PROGRAM, (tested) => {
        expect(largestChange(tested, [pass])).toBeLessThanOrEqual(tolerance);
        expect(largestChange(tested, [pass, removeDeadBuffers, pass])).toBeLessThanOrEqual(tolerance);
      }),
      { numRuns: 300 },
    );
  });
});

describe('removeDeadBuffers', () => {
  const pair = kernel({ name: 'pair', inputs: ['a', 'b'] }, (k) => ({
    first: k.exp(k.inputs.a),
    second: k.exp(k.inputs.b),
  }));
  const tested = program({
    buffers: [
      buffer('x', 'input', [2]),
      buffer('y', 'temp', [2]),
      buffer('z', 'temp', [2]),
      buffer('v', 'state', [2]),
      buffer('c', 'constant', [2]),
    ],
    inputs: [{ name: 'x', buffer: 'x', held: false }],
    hosts: [{ id: 'log', label: 'log', scope: 'item', pure: false, make: () => ({ call: () => undefined }) }],
    step: [
      {
        kind: 'map',
        kernel: pair,
        inputs: [view('x', 2), view('v', 2)],
        parameters: [],
        outputs: [
          { target: view('y', 2), mode: 'set' },
          { target: view('z', 2), mode: 'set' },
        ],
      },
    ],
    symbols: { y: view('y', 2), z: view('z', 2), v: view('v', 2) },
  });
  const log: Instruction = { kind: 'host', host: 'log', inputs: [view('z', 2)], outputs: [] };

  it('removes what nobody uses, its symbols too', () => {
    const slim = runPasses(tested, [removeDeadBuffers]);
    expect([slim.step, slim.buffers.map(({ id }) => id), Object.keys(slim.symbols)]).toEqual([[], ['x', 'v'], ['v']]);
  });

  it('cuts outputs of a map that nobody uses', () => {
    const slim = runPasses({ ...tested, outputs: [{ name: 'y', view: view('y', 2) }] }, [removeDeadBuffers]);
    const [map] = slim.step;
    expect(map?.kind === 'map' && [map.kernel.inputs, map.inputs, map.outputs.length]).toEqual([
      ['a'],
      [view('x', 2)],
      1,
    ]);
  });

  it('keeps hosts and what they read, and what it is asked to', () => {
    expect(runPasses({ ...tested, step: [...tested.step, log] }, [removeDeadBuffers]).step).toHaveLength(2);
    expect(runPasses(tested, [removeDeadBuffers], { keep: ['z', 'c'] }).buffers.map(({ id }) => id)).toEqual([
      'x',
      'z',
      'v',
      'c',
    ]);
  });
});

describe('moveLoopInvariants', () => {
  const dot: Instruction = {
    kind: 'dot',
    matrix: view('w', 1, 2, 3),
    vector: view('x', 1, 3),
    target: view('j', 1, 2),
    mode: 'add',
  };
  const bias: Instruction = { kind: 'copy', source: view('b', 2), target: view('j', 2), mode: 'set' };
  const filter: Instruction = {
    kind: 'map',
    kernel: LOWPASS,
    inputs: [view('j', 2), view('v', 2)],
    parameters: [0.5],
    outputs: [{ target: view('v', 2), mode: 'set' }],
  };
  const feedback: Instruction = { kind: 'copy', source: view('v', 2), target: view('j', 2), mode: 'add' };
  const network = (held: boolean, step: readonly Instruction[]): Program =>
    program({
      buffers: [
        buffer('x', 'input', [3]),
        buffer('w', 'parameter', [2, 3], { initial: 0.5 }),
        buffer('b', 'parameter', [2]),
        buffer('j', 'temp', [2]),
        buffer('v', 'state', [2]),
      ],
      inputs: [{ name: 'x', buffer: 'x', held }],
      step,
    });

  it('moves what depends on held inputs and parameters alone', () => {
    const moved = runPasses(network(true, [bias, dot, filter]), [moveLoopInvariants]);
    expect([moved.prologue, moved.step]).toEqual([[bias, dot], [filter]]);
  });

  it('leaves what depends on fed inputs and state', () => {
    const tested = network(false, [bias, dot, feedback, filter]);
    expect(runPasses(tested, [moveLoopInvariants]).step).toEqual(tested.step);
  });

  it('moves the product alone where its target also takes what changes', () => {
    const moved = runPasses(network(true, [bias, dot, feedback, filter]), [moveLoopInvariants]);
    expect(moved.prologue.map(({ kind }) => kind)).toEqual(['dot']);
    expect(moved.step.map(({ kind }) => kind)).toEqual(['copy', 'copy', 'copy', 'map']);
  });

  it('does not move a value that is overwritten between two readers', () => {
    const again: Instruction = {
      kind: 'map',
      kernel: TANH,
      inputs: [view('j', 2)],
      parameters: [],
      outputs: [{ target: view('j', 2), mode: 'set' }],
    };
    const tested = network(true, [bias, filter, again, filter]);
    expect(runPasses(tested, [moveLoopInvariants]).prologue).toEqual([]);
  });

  it('makes the gradient of a product one product per block', () => {
    const forward = network(true, [
      bias,
      dot,
      feedback,
      filter,
      { kind: 'copy', source: view('v', 2), target: view('y', 2), mode: 'set' },
    ]);
    const training: Training = {
      forward: runPasses(
        { ...forward, buffers: [...forward.buffers, buffer('y', 'temp', [2], { history: true })] },
        [moveLoopInvariants],
        { keep: ['y'] },
      ),
      targets: [],
      scalars: [],
      hosts: [],
      reports: {},
      update: [],
      buffers: [buffer('loss', 'temp', [], { batched: false })],
      loss: [
        {
          kind: 'reduce',
          operation: 'sum',
          source: view('y', 2),
          axes: [0, 'items', 'steps'],
          target: view('loss'),
          mode: 'set',
        },
      ],
      objective: view('loss'),
      trainable: ['w'],
    };
    const { forward: recorded, backward } = differentiate(training);
    verifyProgram(backward, { after: recorded });
    const products = (list: readonly Instruction[]): number => list.filter(({ kind }) => kind === 'outer').length;
    expect([products(backward.step), products(backward.epilogue)]).toEqual([0, 1]);
  });
});

describe('runPasses', () => {
  it('names the pass that broke a rule', () => {
    const breaks: ProgramPass = {
      name: 'breaksBounds',
      apply: (tested) => ({ ...tested, symbols: { far: view('none', 1) } }),
    };
    expect(() => runPasses(program({}), [removeDeadBuffers, breaks], { keep: KEPT })).toThrow(
      expect.toSatisfy(
        (error: unknown) =>
          isNdlError(error, 'IR_INVALID') && error.message.startsWith('after pass breaksBounds: symbol far'),
      ),
    );
  });
});
