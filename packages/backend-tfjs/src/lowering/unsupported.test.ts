/** @file What tfjs refuses to run: the entry says why, and an executable does not take it. */
import { kernel, type HostDeclaration, type Program, type Training } from '@ndl/ir';
import { describe, expect, test } from 'vitest';
import { tfjs } from '../index.ts';
import {
  buffer,
  EACH_STEP,
  entryOf,
  mapTo,
  program,
  section,
  tablesOf,
  training,
  view,
  withExecutable,
} from '../program-fixtures.test-helper.ts';

const entry = entryOf(tfjs({ engine: 'cpu' }));

const twice = kernel({ name: 'twice', inputs: ['x'] }, (k) => ({ output: k.multiply(2, k.inputs.x) }));
const each = (id: string) => buffer(id, 'temp', [1], EACH_STEP);
const copy = (from: string, to: string) => mapTo(view(to, 1), twice, view(from, 1));

const host: HostDeclaration = { id: 'arm', label: 'robot arm', scope: 'item', acts: true, differentiable: false };
const input = { name: 'x', buffer: 'x', held: false };

const REFUSED: readonly (readonly [string, Program, string])[] = [
  ['another number format', program({ dtype: 'float64' }), 'float32 only'],
  [
    'a section over the steps before the first',
    program({
      buffers: [buffer('sum', 'temp', [1], { lifetime: 'window', items: false })],
      sections: [section('before', [{ kind: 'fill', value: 0, target: view('sum', 1), mode: 'set' }])],
    }),
    'before the first',
  ],
  [
    'a pass in two directions',
    program({
      buffers: [buffer('x', 'input', [1], EACH_STEP), each('y'), each('z')],
      inputs: [input],
      sections: [section('steps', [copy('x', 'y')]), section('steps', [copy('y', 'z')], 'descending')],
    }),
    'both directions',
  ],
  [
    'a host that acts in a pass that descends',
    program({
      buffers: [buffer('x', 'input', [1])],
      inputs: [input],
      hosts: [host],
      sections: [section('steps', [{ kind: 'host', host: 'arm', inputs: [view('x', 1)], outputs: [] }], 'descending')],
    }),
    'robot arm acts',
  ],
  [
    'a host that acts once per window',
    program({
      buffers: [buffer('x', 'input', [1], { lifetime: 'window' })],
      inputs: [{ ...input, held: true }],
      hosts: [host],
      sections: [section('window', [{ kind: 'host', host: 'arm', inputs: [view('x', 1)], outputs: [] }])],
    }),
    'all steps of a window at once',
  ],
  [
    'all steps of an input before the first is walked',
    program({
      buffers: [buffer('x', 'input', [1], EACH_STEP), each('y')],
      inputs: [input],
      sections: [section('window', [copy('x', 'y')])],
    }),
    'feeds step by step',
  ],
];

describe('a program is refused for', () => {
  test.each(REFUSED)('%s', async (_, refused, reason) => {
    expect(entry.supports(refused)).toEqual({
      supported: false,
      reason: expect.stringContaining(reason) as string,
    });
    const tables = tablesOf({}, { arm: { make: () => ({ call: () => {} }) } });
    await withExecutable(entry, {}, async (executable) => {
      await expect(executable.add('run', refused, tables)).rejects.toMatchObject({
        code: 'TFJS_PROGRAM_UNSUPPORTED',
        message: expect.stringContaining(reason) as string,
      });
      expect(executable.has('run')).toBe(false);
    });
  });

  test('a parameter that changes before the update, where it is trained', () => {
    const forward = program({
      buffers: [buffer('w', 'parameter', [1]), buffer('c', 'constant', [1])],
      sections: [section('window', [copy('c', 'w')])],
    });
    const task: Training = training({
      forward,
      buffers: [buffer('objective', 'temp', [], { items: false, lifetime: 'window' })],
      loss: [{ kind: 'fill', value: 0, target: view('objective'), mode: 'set' }],
      objective: view('objective'),
    });
    expect(entry.supports(forward)).toEqual({ supported: true });
    expect(entry.supports(forward, task)).toMatchObject({
      supported: false,
      reason: expect.stringContaining('w is a parameter') as string,
    });
  });
});

test('what runs is supported', () => {
  const run = program({
    buffers: [buffer('x', 'input', [1]), buffer('y', 'temp', [1])],
    inputs: [input],
    step: [copy('x', 'y')],
  });
  expect(entry.supports(run)).toEqual({ supported: true });
});
