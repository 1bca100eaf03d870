import { isNdlError } from '@ndl/numerics';
import { describe, expect, it } from 'vitest';
import { moveLoopInvariants, runPasses, specialize, verifyProgram, type GeneratedSource } from '../index.ts';
import { interpret } from '../interpret.test-helper.ts';
import { ADD, buffer, EACH_STEP, instructionsIn, program, view } from '../program-fixtures.test-helper.ts';

const add = (from: string, to: string) =>
  ({
    kind: 'map',
    kernel: ADD,
    inputs: [view(from, 2), 1],
    parameters: [],
    outputs: [{ target: view(to, 2), mode: 'set' }],
  }) as const;
const tested = program({
  buffers: [
    buffer('in:x', 'input', [2]),
    buffer('in:z', 'input', [2], { lifetime: 'window' }),
    buffer('in:s', 'input', [2], EACH_STEP),
    buffer('j', 'temp', [2]),
    buffer('y', 'temp', [2], EACH_STEP),
  ],
  inputs: [
    { name: 'x', buffer: 'in:x', held: false },
    { name: 'z', buffer: 'in:z', held: true },
    { name: 's', buffer: 'in:s', held: false },
  ],
  step: [add('in:x', 'j'), { kind: 'copy', source: view('j', 2), target: view('y', 2), mode: 'set' }],
});

describe('specialize', () => {
  it('holds what it is told, by the names of inputs, and what was held before', () => {
    const special = specialize(tested, new Set(['x']));
    verifyProgram(special);
    expect(special.inputs.map(({ name, held }) => [name, held])).toEqual([
      ['x', true],
      ['z', true],
      ['s', false],
    ]);
    expect(special.buffers.find(({ id }) => id === 'in:x')?.lifetime).toBe('window');
    expect(special.sections).toEqual(tested.sections);
    expect(tested.inputs[0]!.held).toBe(false);
  });

  it('feeds what is held, though it was generated', () => {
    const source: GeneratedSource = {
      generator: 'mt19937',
      distribution: { kind: 'uniform', low: 0, high: 1 },
      factor: 1,
      seeds: { first: 3 },
    };
    const generated = { ...tested, inputs: tested.inputs.map((input) => (input.held ? input : { ...input, source })) };
    verifyProgram(generated);
    const special = specialize(generated, new Set(['x']));
    verifyProgram(special);
    expect(special.inputs.map((input) => input.source)).toEqual([undefined, undefined, source]);
  });

  it('lets passes find what then is the same at each step, with the same results', () => {
    const special = runPasses(specialize(tested, new Set(['x'])), [moveLoopInvariants]);
    expect(instructionsIn(special, 'window')).toEqual([add('in:x', 'j')]);
    const values = [[0.25, 0.5]];
    const whole = interpret(tested, { items: 1, steps: 3, feed: { 'in:x': [values, values, values] } });
    const once = interpret(special, { items: 1, steps: 3, feed: { 'in:x': [values] } });
    expect(once.get('y')).toEqual(whole.get('y'));
  });

  it('refuses what is no input, and what has a value for each step', () => {
    const refusal = (held: readonly string[]): string => {
      try {
        specialize(tested, new Set(held));
      } catch (error) {
        if (isNdlError(error, 'IR_INVALID')) return error.message;
      }
      return 'none';
    };
    expect(refusal(['xx'])).toMatch(/held input "xx": no such input\. Did you mean x/);
    expect(refusal(['in:x'])).toMatch(/no such input/);
    expect(refusal(['s'])).toMatch(/held input buffer in:s: it has a value for each step; held inputs have one/);
    expect(refusal([])).toBe('none');
  });
});
