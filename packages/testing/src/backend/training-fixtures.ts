/** @file Small trainings, each about one way in which gradients flow. All have input `x`, target `y` and report `loss`. */
import {
  fullView,
  gradientOf,
  kernel,
  type Buffer,
  type Dtype,
  type HostDeclaration,
  type HostFunctions,
  type Instruction,
  type Kernel,
  type Program,
  type Section,
  type Training,
  type View,
} from '@ndl/ir';
import { RandomState, sizeOf } from '@ndl/numerics';
import { ADD, BLEND, TANH } from './random-kernels.ts';
import {
  buffer,
  copyTo,
  dotTo,
  EACH_STEP,
  host,
  keeping,
  lagged,
  mapTo,
  outerTo,
  program,
  section,
  setTo,
  storedNumbers,
  symbolsOf,
} from './write-program.ts';

/** A program whose last instructions leave `output` ([outputSize], of each step) for the loss to look at. */
interface Forward {
  readonly parameters: readonly Buffer[];
  readonly others?: readonly Buffer[];
  /** Once per window, before the steps. */
  readonly first?: readonly Instruction[];
  readonly step: readonly Instruction[];
  /** In the place of the steps, where they are more than a loop. */
  readonly pass?: readonly Section[];
  readonly output: View;
  readonly hosts?: readonly HostDeclaration[];
  readonly heldInput?: boolean;
}

/** Elements of input `x`, per item. */
export const INPUT_SIZE = 3;

const SQUARED_ERROR: Kernel = /* @__PURE__ */ kernel(
  { name: 'squaredError', inputs: ['output', 'target'], parameters: ['scale'] },
  (k) => {
    const error = k.subtract(k.inputs.output, k.inputs.target);
    return { loss: k.multiply(k.parameters.scale, error, error) };
  },
);

/** memory ← decay · memory + gradient, parameter ← parameter - rate · memory. */
const MOMENTUM: Kernel = /* @__PURE__ */ kernel(
  { name: 'momentum', inputs: ['parameter', 'gradient', 'memory'], parameters: ['rate', 'decay'] },
  (k) => {
    const memory = k.add(k.multiply(k.parameters.decay, k.inputs.memory), k.inputs.gradient);
    return { parameter: k.subtract(k.inputs.parameter, k.multiply(k.parameters.rate, memory)), memory };
  },
);

/** Spikes forward, a smooth step backward. */
const SURROGATE: Kernel = /* @__PURE__ */ kernel({ name: 'surrogate', inputs: ['x'] }, (k) => ({
  output: k.withDerivativeOf(k.greater(k.inputs.x, 0), k.sigmoid(k.multiply(4, k.inputs.x))),
}));

const x = buffer('x', 'input', [INPUT_SIZE]);

function parameter(id: string, shape: readonly number[], seed: number): Buffer {
  const initial = storedNumbers(new RandomState(seed).uniform(-0.8, 0.8, sizeOf(shape)), shape);
  return buffer(id, 'parameter', shape, { initial });
}

/** Adds a mean squared error on the output, reports and momentum updates to a forward program. */
function trainingOf(dtype: Dtype, forward: Forward, heldTarget = false): Training {
  const shape = forward.output.shape;
  const kept = buffer('kept', 'temp', shape, EACH_STEP);
  const target = buffer('y', 'target', shape, heldTarget ? {} : EACH_STEP);
  const errors = buffer('errors', 'temp', shape, EACH_STEP);
  const loss = buffer('loss', 'temp', [], { items: false, lifetime: 'window' });
  const peak = buffer('peak', 'temp', [], { items: false, lifetime: 'window' });
  const memories = forward.parameters.map(({ id, shape: own }) => buffer(`memory:${id}`, 'optimizer', own));
  const all = [...shape.keys(), 'items', 'steps'] as const;
  const buffers = [x, ...forward.parameters, ...(forward.others ?? []), kept];
  const written: Program = program({
    dtype,
    buffers,
    sections: [
      section('window', forward.first ?? []),
      ...(forward.pass ?? []),
      section('steps', [...forward.step, copyTo(fullView(kept), forward.output)]),
    ].filter(({ instructions }) => instructions.length > 0),
    inputs: [{ name: 'x', buffer: 'x', held: forward.heldInput ?? false }],
    outputs: [{ name: 'output', view: forward.output, every: 1 }],
    hosts: forward.hosts ?? [],
    symbols: symbolsOf(buffers.filter(({ role }) => role === 'parameter' || role === 'state')),
  });
  return {
    forward: written,
    targets: [{ name: 'y', buffer: 'y', held: heldTarget }],
    buffers: [target, errors, loss, peak, ...memories],
    scalars: ['perItemStep', 'rate', 'decay'].map((name) => ({ name, initial: 0 })),
    hosts: [],
    loss: [
      mapTo(fullView(errors), SQUARED_ERROR, [fullView(kept), fullView(target)], [{ scalar: 'perItemStep' }]),
      { kind: 'reduce', operation: 'sum', source: fullView(errors), axes: all, ...setTo(fullView(loss)) },
      { kind: 'reduce', operation: 'max', source: fullView(kept), axes: all, ...setTo(fullView(peak)) },
    ],
    objective: fullView(loss),
    reports: { loss: fullView(loss), peak: fullView(peak) },
    trainable: forward.parameters.map(({ id }) => id),
    update: forward.parameters.map((moved, index) => ({
      kind: 'map',
      kernel: MOMENTUM,
      inputs: [fullView(moved), fullView({ id: gradientOf(moved.id), shape: moved.shape }), fullView(memories[index]!)],
      parameters: [{ scalar: 'rate' }, { scalar: 'decay' }],
      outputs: [setTo(fullView(moved)), setTo(fullView(memories[index]!))],
    })),
  };
}

/** output = tanh(W x + b). */
export function layer(dtype: Dtype, heldTarget = false): Training {
  const [weights, bias] = [parameter('weights', [2, INPUT_SIZE], 1), parameter('bias', [2], 2)];
  const [current, output] = [buffer('current', 'temp', [2]), buffer('output', 'temp', [2])];
  return trainingOf(
    dtype,
    {
      parameters: [weights, bias],
      others: [current, output],
      step: [
        copyTo(fullView(current), fullView(bias)),
        dotTo(fullView(current), fullView(weights), fullView(x), 'add'),
        mapTo(fullView(output), TANH, [fullView(current)]),
      ],
      output: fullView(output),
    },
    heldTarget,
  );
}

/** state ← tanh(W state + U x): gradients flow from step to step. */
export function recurrence(dtype: Dtype): Training {
  const [recurrent, input] = [parameter('recurrent', [4, 4], 3), parameter('input', [4, INPUT_SIZE], 4)];
  const state = buffer('state', 'state', [4], { initial: 0.25 });
  const current = buffer('current', 'temp', [4]);
  return trainingOf(dtype, {
    parameters: [recurrent, input],
    others: [state, current],
    step: [
      dotTo(fullView(current), fullView(recurrent), fullView(state)),
      dotTo(fullView(current), fullView(input), fullView(x), 'add'),
      mapTo(fullView(state), TANH, [fullView(current)]),
    ],
    output: { buffer: 'state', offset: 3, shape: [2], strides: [-2] },
  });
}

/** state ← 0.8 state + 0.2 W x, W x being computed once per window from a held x. */
export function heldInput(dtype: Dtype): Training {
  const weights = parameter('drivers', [2, INPUT_SIZE], 5);
  const [drive, state] = [buffer('drive', 'temp', [2]), buffer('state', 'state', [2])];
  return trainingOf(dtype, {
    parameters: [weights],
    others: [drive, state],
    first: [dotTo(fullView(drive), fullView(weights), fullView(x))],
    step: [mapTo(fullView(state), BLEND, [fullView(state), fullView(drive)], [0.8])],
    output: fullView(state),
    heldInput: true,
  });
}

/** Gathers with repeats, scatters that add, broadcasts over items and elements. */
export function gathers(dtype: Dtype): Training {
  const [table, scale] = [parameter('table', [5], 6), parameter('scale', [1], 7)];
  const [picked, spread, output] = [
    buffer('picked', 'temp', [4]),
    buffer('spread', 'temp', [3]),
    buffer('output', 'temp', [3]),
  ];
  return trainingOf(dtype, {
    parameters: [table, scale],
    others: [picked, spread, output],
    step: [
      copyTo(fullView(picked), {
        buffer: 'table',
        offset: 0,
        shape: [4],
        strides: [0],
        indices: [{ axis: 0, offsets: [3, 1, 3, 0] }],
      }),
      copyTo({ buffer: 'picked', offset: 1, shape: [INPUT_SIZE], strides: [1] }, fullView(x), 'add'),
      copyTo(fullView(spread), fullView(x)),
      copyTo(
        { buffer: 'spread', offset: 0, shape: [4], strides: [0], indices: [{ axis: 0, offsets: [2, 0, 2, 1] }] },
        fullView(picked),
        'add',
      ),
      mapTo(fullView(output), BLEND, [fullView(spread), fullView(scale)], [0.3]),
      mapTo(fullView(output), TANH, [fullView(output)]),
    ],
    output: fullView(output),
  });
}

/** A matrix of each item's own, made as an outer product and used in a dot product; sums and maxima over axes. */
export function matrixPerItem(dtype: Dtype): Training {
  const [left, right] = [parameter('left', [2], 8), parameter('right', [2, INPUT_SIZE], 9)];
  const matrix = buffer('matrix', 'temp', [2, 3]);
  const [key, value, sums, peaks] = [
    buffer('key', 'temp', [3]),
    buffer('value', 'temp', [2]),
    buffer('sums', 'temp', [2]),
    buffer('peaks', 'temp', [2]),
  ];
  const output = buffer('output', 'temp', [2]);
  return trainingOf(dtype, {
    parameters: [left, right],
    others: [matrix, key, value, sums, peaks, output],
    step: [
      mapTo(fullView(key), TANH, [fullView(x)]),
      outerTo(fullView(matrix), fullView(left), fullView(key)),
      copyTo(fullView(matrix), fullView(right), 'add'),
      dotTo(fullView(value), fullView(matrix), fullView(x)),
      { kind: 'reduce', operation: 'sum', source: fullView(matrix), axes: [1], ...setTo(fullView(sums)) },
      { kind: 'reduce', operation: 'max', source: fullView(matrix), axes: [1], ...setTo(fullView(peaks)) },
      mapTo(fullView(output), ADD, [fullView(value), fullView(sums)]),
      copyTo(fullView(output), fullView(peaks), 'add'),
    ],
    output: fullView(output),
  });
}

/** output = (W x)², by a host function with a derivative, or without. */
export function throughHost(dtype: Dtype, scope: 'item' | 'batch', hasDerivative: boolean): Training {
  const weights = parameter('weights', [2, INPUT_SIZE], 10);
  const [current, output] = [buffer('current', 'temp', [2]), buffer('output', 'temp', [2])];
  const make: HostFunctions['make'] = () => ({
    call: (_time, _step, [given], [result]) => given!.forEach((value, index) => (result![index] = value * value)),
  });
  const derivative: HostFunctions['derivative'] = ([given], [gradient], [into]) => {
    given!.forEach((value, index) => (into![index]! += 2 * value * gradient![index]!));
  };
  const square = host('square', hasDerivative ? { make, derivative } : { make }, { scope });
  return trainingOf(dtype, {
    parameters: [weights],
    others: [current, output],
    step: [
      dotTo(fullView(current), fullView(weights), fullView(x)),
      { kind: 'host', host: 'square', inputs: [fullView(current)], outputs: [fullView(output)] },
    ],
    output: fullView(output),
    hosts: [square],
  });
}

/** output = W x > 0, differentiated as a sigmoid of slope 4. */
export function surrogate(dtype: Dtype): Training {
  const weights = parameter('weights', [2, INPUT_SIZE], 11);
  const [current, output] = [buffer('current', 'temp', [2]), buffer('output', 'temp', [2])];
  return trainingOf(dtype, {
    parameters: [weights],
    others: [current, output],
    step: [
      dotTo(fullView(current), fullView(weights), fullView(x)),
      mapTo(fullView(output), SURROGATE, [fullView(current)]),
    ],
    output: fullView(output),
  });
}

/** A layer whose loss, Σ (output - target)⁴ of an item and step, is a host function with its gradient. */
export function hostLoss(dtype: Dtype): Training {
  const training = layer(dtype);
  const [kept, target] = ['kept', 'y'].map((id) => fullView({ id, shape: [2] })) as [View, View];
  const losses = buffer('losses', 'temp', [1], EACH_STEP);
  const loss = fullView({ id: 'loss', shape: [] });
  const quartic = host('quartic', {
    make: () => ({
      call(_time, _step, [output, wanted], [result]) {
        result![0] = 0;
        output!.forEach((value, index) => (result![0]! += (value - wanted![index]!) ** 4));
      },
    }),
    derivative([output, wanted], [gradient], [into]) {
      output!.forEach((value, index) => (into![index]! += 4 * gradient![0]! * (value - wanted![index]!) ** 3));
    },
  });
  return {
    ...training,
    buffers: [...training.buffers, losses],
    hosts: [quartic],
    loss: [
      { kind: 'host', host: 'quartic', inputs: [kept, target], outputs: [fullView(losses)] },
      { kind: 'reduce', operation: 'sum', source: fullView(losses), axes: [0, 'items', 'steps'], ...setTo(loss) },
    ],
    reports: { loss },
  };
}

/** state ← state / 2 + W x, from where parameter `start` is. */
export function fromParameter(dtype: Dtype): Training {
  const [start, weights] = [parameter('start', [2], 12), parameter('weights', [2, INPUT_SIZE], 13)];
  const state = buffer('state', 'state', [2], { initial: { parameter: 'start' } });
  return trainingOf(dtype, {
    parameters: [start, weights],
    others: [state],
    step: [
      mapTo(fullView(state), BLEND, [fullView(state), 0], [0.5]),
      dotTo(fullView(state), fullView(weights), fullView(x), 'add'),
    ],
    output: fullView(state),
  });
}

/** output = tanh(W x), all steps of a block at once: what it leaves in a loop of its own is kept for the window. */
export function blocks(dtype: Dtype): Training {
  const [weights, bias] = [parameter('weights', [2, INPUT_SIZE], 14), parameter('bias', [2], 15)];
  const [current, output] = [buffer('current', 'temp', [2], EACH_STEP), buffer('output', 'temp', [2], EACH_STEP)];
  const training = trainingOf(dtype, {
    parameters: [weights, bias],
    others: [current, output],
    pass: [
      section('block', [
        copyTo(fullView(current), fullView(bias)),
        dotTo(fullView(current), fullView(weights), fullView(x), 'add'),
        mapTo(fullView(output), TANH, [fullView(current)]),
      ]),
    ],
    step: [],
    output: fullView(output),
  });
  return withInput(training, EACH_STEP);
}

/** output = W x + x of two steps before, for losses alone: no gradient is asked for. */
export function delayed(dtype: Dtype): Training {
  const weights = parameter('weights', [2, INPUT_SIZE], 16);
  const output = buffer('output', 'temp', [2]);
  const past = lagged({ buffer: 'x', offset: 0, shape: [2], strides: [1] }, 2);
  const training = trainingOf(dtype, {
    parameters: [weights],
    others: [output],
    step: [dotTo(fullView(output), fullView(weights), fullView(x)), copyTo(fullView(output), past, 'add')],
    output: fullView(output),
  });
  return withInput(training, { ...keeping(2), initial: 0.5 });
}

/** The training with another input buffer. */
function withInput(training: Training, changes: Partial<Buffer>): Training {
  const buffers = training.forward.buffers.map((each) => (each.id === 'x' ? { ...each, ...changes } : each));
  return { ...training, forward: { ...training.forward, buffers } };
}
