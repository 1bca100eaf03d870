/** @file Every objective and optimizer writes instructions that the intermediate representation accepts. */
import { describe, expect, it } from 'vitest';
import { declarationOf, isTotals, type Objective, type Optimizer } from '@ndl/core';
import {
  fullView,
  gradientOf,
  kernel,
  verifyTraining,
  type Buffer,
  type HostDeclaration,
  type Instruction,
  type Training,
} from '@ndl/ir';
import {
  accuracy,
  adam,
  directGradient,
  hostLoss,
  kernelLoss,
  meanSquaredError,
  momentum,
  rmsprop,
  sgd,
  softmaxCrossEntropy,
} from './index.ts';

const SIZE = 3;
const multiply = kernel({ name: 'multiply', inputs: ['x', 'y'] }, (k) => ({
  output: k.multiply(k.inputs.x, k.inputs.y),
}));
const softsign = kernel({ name: 'softsign', inputs: ['output'] }, (k) => ({
  loss: k.divide(k.inputs.output, k.add(1, k.abs(k.inputs.output))),
}));

function buffer(
  id: string,
  role: Buffer['role'],
  items: boolean,
  hasSteps: boolean,
  shape: readonly number[] = [SIZE],
): Buffer {
  const steps = hasSteps ? ({ span: 'window', before: 0 } as const) : 'one';
  const lifetime = role === 'parameter' || role === 'optimizer' ? 'forever' : 'window';
  return { id, name: id, shape, role, items, steps, lifetime, initial: 0 };
}

/** Learning of `weights` in output = weights · input, elementwise. */
function trainingWith(objective: Objective, optimizer: Optimizer, held: boolean): Training {
  const weights = buffer('weights', 'parameter', false, false);
  const input = buffer('input', 'input', true, true);
  const output = buffer('output', 'temp', true, true);
  const target = buffer('target', 'target', true, !held);
  const buffers: Buffer[] = [target];
  const hosts: HostDeclaration[] = [];
  const loss: Instruction[] = [];
  const add = (added: Buffer): ReturnType<typeof fullView> => {
    buffers.push(added);
    return fullView(added);
  };
  const measured = objective.build({
    output: fullView(output),
    target: fullView(target),
    size: SIZE,
    dtype: 'float64',
    dt: 0.001,
    perItemStep: { scalar: 'perItemStep' },
    temporary: (name, shape) => add(buffer(`${buffers.length}:${name}`, 'temp', true, true, shape)),
    itemTemporary: (name, shape) => add(buffer(`${buffers.length}:${name}`, 'temp', true, false, shape)),
    sharedTemporary: (name, shape) => add(buffer(`${buffers.length}:${name}`, 'temp', false, false, shape)),
    emit: (instruction) => void loss.push(instruction),
    host: (host) => void hosts.push(declarationOf(host)),
  });
  const result = isTotals(measured) ? add(buffer('mean', 'temp', false, false, [])) : measured;
  if (isTotals(measured)) {
    const { sum, count = sum } = measured;
    const outputs = [{ target: result, mode: 'set' }] as const;
    loss.push({ kind: 'map', kernel: multiply, inputs: [sum, count], parameters: [], outputs });
  }
  const memory = optimizer.memory.map((name) => add(buffer(name, 'optimizer', false, false)));
  const moved = [fullView(weights), ...memory];
  return {
    forward: {
      dtype: 'float32',
      dt: 0.001,
      scalars: [],
      buffers: [weights, input, output],
      sections: [
        {
          kind: 'steps',
          direction: 'ascending',
          instructions: [
            {
              kind: 'map',
              kernel: multiply,
              inputs: [fullView(weights), fullView(input)],
              parameters: [],
              outputs: [{ target: fullView(output), mode: 'set' }],
            },
          ],
        },
      ],
      inputs: [{ name: 'input', buffer: 'input', held: false }],
      outputs: [{ name: 'output', view: fullView(output), every: 1 }],
      hosts: [],
      symbols: {},
    },
    targets: [{ name: 'output', buffer: 'target', held }],
    buffers,
    scalars: ['perItemStep', ...optimizer.update.parameters].map((name) => ({ name, initial: 0 })),
    hosts,
    loss,
    objective: result,
    reports: { loss: result },
    trainable: ['weights'],
    update: [
      {
        kind: 'map',
        kernel: optimizer.update,
        inputs: [fullView(weights), fullView({ ...weights, id: gradientOf('weights') }), ...memory],
        parameters: optimizer.update.parameters.map((scalar) => ({ scalar })),
        outputs: moved.map((view) => ({ target: view, mode: 'set' })),
      },
    ],
  };
}

const objectives: readonly Objective[] = [
  meanSquaredError(),
  meanSquaredError({ missing: 'ignore' }),
  softmaxCrossEntropy(),
  softmaxCrossEntropy({ missing: 'ignore' }),
  directGradient(),
  kernelLoss({ kernel: softsign }),
  kernelLoss({ kernel: softsign, missing: 'ignore' }),
  hostLoss({ label: 'mine', call: (output) => ({ loss: 0, gradient: output }) }),
  accuracy(),
];

describe.each(objectives)('$kind', (objective) => {
  it.each([false, true])('is legal, with held targets: %s', (held) => {
    expect(() => verifyTraining(trainingWith(objective, sgd(), held))).not.toThrow();
  });
});

describe.each([sgd(), momentum(), adam(), rmsprop()])('$kind', (optimizer) => {
  it('is a legal update', () => {
    expect(() => verifyTraining(trainingWith(meanSquaredError(), optimizer, false))).not.toThrow();
  });
});

it('the check would notice an objective that is not legal', () => {
  const illegal: Objective = {
    kind: 'illegal',
    build: ({ output, sharedTemporary, emit }) => {
      const result = sharedTemporary('result', []);
      emit({ kind: 'reduce', operation: 'sum', source: output, axes: [0, 'items'], target: result, mode: 'set' });
      return result;
    },
  };
  expect(() => verifyTraining(trainingWith(illegal, sgd(), false))).toThrow(/loss 0/);
});
