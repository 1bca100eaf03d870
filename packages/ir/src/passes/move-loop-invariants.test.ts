import { describe, expect, it } from 'vitest';
import {
  differentiate,
  type Instruction,
  moveLoopInvariants,
  type Program,
  runPasses,
  type SectionKind,
  type Training,
  verifyProgram,
} from '../index.ts';
import {
  buffer,
  contextOf,
  dot,
  EACH_STEP,
  instructionsIn,
  LOWPASS,
  MULTIPLY,
  program,
  sectionsOf,
  TANH,
  view,
} from '../program-fixtures.test-helper.ts';

describe('moveLoopInvariants', () => {
  const product: Instruction = dot(view('w', 1, 2, 3), view('x', 1, 3), view('j', 1, 2), 'add');
  const apart: Instruction = dot(view('w', 1, 2, 3), view('x', 1, 3), view('p', 1, 2));
  const added: Instruction = { kind: 'copy', source: view('p', 2), target: view('j', 2), mode: 'add' };
  const bias: Instruction = { kind: 'copy', source: view('b', 2), target: view('j', 2), mode: 'set' };
  const filterOf = (id: string): Instruction => ({
    kind: 'map',
    kernel: LOWPASS,
    inputs: [view(id, 2), view('v', 2)],
    parameters: [0.5],
    outputs: [{ target: view('v', 2), mode: 'set' }],
  });
  const filter = filterOf('j');
  const copyOf = (from: string, to: string): Instruction => {
    return { kind: 'copy', source: view(from, 2), target: view(to, 2), mode: 'set' };
  };
  const feedback: Instruction = { kind: 'copy', source: view('v', 2), target: view('j', 2), mode: 'add' };
  const network = (held: boolean, step: readonly Instruction[]): Program =>
    program({
      buffers: [
        buffer('x', 'input', [3]),
        buffer('w', 'parameter', [2, 3], { initial: 0.5 }),
        buffer('b', 'parameter', [2]),
        buffer('j', 'temp', [2]),
        buffer('p', 'temp', [2]),
        buffer('v', 'state', [2]),
      ],
      inputs: [{ name: 'x', buffer: 'x', held }],
      step,
    });

  it('moves what depends on held inputs and parameters alone', () => {
    const moved = runPasses(network(true, [bias, product, filter]), [moveLoopInvariants]);
    expect(moved.sections).toEqual(sectionsOf({ first: [bias, product], step: [filter] }));
  });

  it('leaves what depends on fed inputs and state', () => {
    const tested = network(false, [bias, product, feedback, filter]);
    expect(runPasses(tested, [moveLoopInvariants])).toEqual(tested);
  });

  it('moves a product with a temp of its own where what it is added to also takes what changes', () => {
    const moved = runPasses(network(true, [bias, apart, added, feedback, filter]), [moveLoopInvariants]);
    expect(instructionsIn(moved, 'window')).toEqual([apart]);
    expect(instructionsIn(moved, 'steps').map(({ kind }) => kind)).toEqual(['copy', 'copy', 'copy', 'map']);
  });

  it('leaves what the clock tells', () => {
    const now: Instruction = { kind: 'fill', value: { clock: 'time' }, target: view('j', 2), mode: 'set' };
    const seasonal: Instruction = {
      kind: 'map',
      kernel: MULTIPLY,
      inputs: [view('b', 2), { clock: 'step', modulus: 7 }],
      parameters: [],
      outputs: [{ target: view('j', 2), mode: 'add' }],
    };
    const tested = network(true, [now, seasonal, filter]);
    expect(runPasses(tested, [moveLoopInvariants])).toEqual(tested);
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
    expect(runPasses(tested, [moveLoopInvariants])).toEqual(tested);
  });

  it('moves to before the whole pass, after what the window section there does', () => {
    const moved = runPasses(
      {
        ...network(true, []),
        buffers: [
          ...network(true, []).buffers,
          buffer('q', 'temp', [2], { steps: { span: 'block', before: 0 }, lifetime: 'block' }),
          buffer('k', 'temp', [2], { items: false, lifetime: 'window' }),
        ],
        sections: [
          { kind: 'window', direction: 'ascending', instructions: [copyOf('b', 'k')] },
          { kind: 'block', direction: 'ascending', instructions: [copyOf('b', 'q')] },
          {
            kind: 'steps',
            direction: 'ascending',
            instructions: [copyOf('k', 'j'), product, filter, copyOf('q', 'v')],
          },
        ],
      },
      [moveLoopInvariants],
    );
    expect(moved.sections).toEqual([
      { kind: 'window', direction: 'ascending', instructions: [copyOf('b', 'k'), copyOf('k', 'j'), product] },
      { kind: 'block', direction: 'ascending', instructions: [copyOf('b', 'q')] },
      { kind: 'steps', direction: 'ascending', instructions: [filter, copyOf('q', 'v')] },
    ]);
    expect(moved.buffers.find(({ id }) => id === 'j')?.lifetime).toBe('window');
  });

  it('leaves sums over steps, though what they add is the same at each', () => {
    const sum: Instruction = { kind: 'copy', source: view('b', 2), target: view('k', 2), mode: 'add' };
    const tested: Program = {
      ...network(true, []),
      buffers: [...network(true, []).buffers, buffer('k', 'temp', [2], { items: false, lifetime: 'window' })],
      sections: [
        {
          kind: 'window',
          direction: 'ascending',
          instructions: [{ kind: 'fill', value: 0, target: view('k', 2), mode: 'set' }],
        },
        { kind: 'steps', direction: 'ascending', instructions: [sum, filterOf('b')] },
      ],
    };
    expect(runPasses(tested, [moveLoopInvariants])).toEqual(tested);
  });

  it('leaves what reads at a lag, and what has a value for each step', () => {
    const tested = program({
      buffers: [
        buffer('x', 'input', [2], { steps: { span: 'block', before: 1 }, lifetime: 'run' }),
        buffer('j', 'temp', [2]),
        buffer('y', 'temp', [2], EACH_STEP),
        buffer('b', 'parameter', [2]),
      ],
      inputs: [{ name: 'x', buffer: 'x', held: false }],
      step: [
        {
          kind: 'copy',
          source: { ...view('x', 2), lag: { base: 1, perAxis: [0] } },
          target: view('j', 2),
          mode: 'set',
        },
        copyOf('b', 'y'),
      ],
    });
    expect(runPasses(tested, [moveLoopInvariants])).toEqual(tested);
  });

  it('makes the gradient of a product one product per window', () => {
    const forward = network(true, [
      bias,
      apart,
      added,
      feedback,
      filter,
      { kind: 'copy', source: view('v', 2), target: view('y', 2), mode: 'set' },
    ]);
    const training: Training = {
      forward: runPasses(
        { ...forward, buffers: [...forward.buffers, buffer('y', 'temp', [2], EACH_STEP)] },
        [moveLoopInvariants],
        contextOf(['y']),
      ),
      targets: [],
      scalars: [],
      hosts: [],
      reports: {},
      update: [],
      buffers: [buffer('loss', 'temp', [], { items: false, lifetime: 'window' })],
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
    const products = (kind: SectionKind): number =>
      instructionsIn(backward, kind).filter((instruction) => instruction.kind === 'contract').length;
    expect([products('steps'), products('window')]).toEqual([0, 1]);
  });
});
