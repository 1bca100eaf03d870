/** @file `checkGradients` catches gradients that are wrong: of neurons, of losses, of backends; by much and by one percent. */
import { expect, it } from 'vitest';
import { referenceEntry } from '@ndl/backend-reference';
import {
  BACKENDS,
  GRADIENT_APPROXIMATIONS,
  type Backend,
  type BackendEntry,
  type Executable,
  type GradientApproximation,
} from '@ndl/core';
import {
  Connection,
  defaultPlugins,
  definePlugin,
  Ensemble,
  hostLoss,
  kernel,
  kernelLoss,
  lif,
  lowpass,
  NdArray,
  Network,
  Node,
  Probe,
  REFERENCE_BACKEND,
  Simulator,
  token,
  type LossAndGradient,
  type Objective,
  type Plugin,
  type Settings,
} from './index.ts';
import { failing } from './reference-simulator.test-helper.ts';

interface Wrong {
  readonly losses?: Objective;
  readonly plugin?: Plugin;
  readonly settings?: Partial<Settings>;
}

/** input → a ⇄ a → b → output, all of neurons of kind lif, which each test trains as it likes. */
function network(): { readonly net: Network; readonly inputs: readonly (readonly [Node, number[][]])[] } {
  const net = new Network({ seed: 3 });
  return net.within(() => {
    const input = new Node([0, 0]);
    const a = new Ensemble({ nNeurons: 4, dimensions: 2, neuronType: lif() });
    const b = new Ensemble({ nNeurons: 3, dimensions: 1, neuronType: lif() });
    const output = new Node({ sizeIn: 1 });
    new Connection(input, a, { synapse: null });
    new Connection(a, a, { synapse: lowpass(0.002), transform: 0.2 });
    new Connection(a.at(0), b, { synapse: null });
    new Connection(b, output, { synapse: null });
    new Probe(output);
    return {
      net,
      inputs: [
        [
          input,
          [
            [0.4, -0.3],
            [-0.7, 0.2],
            [0.1, 0.6],
          ],
        ],
      ] as const,
    };
  });
}

type Scalars = ReturnType<Parameters<typeof kernel<'current'>>[1]>[string];
type Builder = Parameters<Parameters<typeof kernel<'current'>>[1]>[0];

/** Trains lif as `value`, with the derivative of `derivativeOf`; not as a surrogate, but as if it were right. */
function neuronGradient(name: string, value: (k: Builder) => Scalars, derivativeOf: (k: Builder) => Scalars): Wrong {
  const step = kernel({ name, inputs: ['current'] }, (k) => ({
    output: k.withDerivativeOf(value(k) as never, derivativeOf(k) as never),
  }));
  const key = token<GradientApproximation>(`test/${name}`);
  const plugin = definePlugin({
    name: `test/${name}`,
    register({ bind, contribute }) {
      bind(key).toConstantValue({
        name,
        supports: ({ kind }) => kind === 'lif',
        trainingStep: () => ({ kernel: step, parameters: {} }),
      });
      contribute(GRADIENT_APPROXIMATIONS).toConstantValue({ key, summary: 'a test' });
    },
  });
  return { plugin, settings: { gradient: { lif: key } } };
}

/** Of currents that are around 1 and above: not saturated. */
const tanhOf = (k: Builder): Scalars => k.tanh(k.multiply(0.3, k.inputs.current));
const swish = (k: Builder): Scalars => k.multiply(k.inputs.current, k.sigmoid(k.inputs.current));

function kernelGradient(scale: number, offset: number): Wrong {
  const wrong = kernel({ name: 'wrong', inputs: ['output', 'target'] }, (k) => {
    const error = k.subtract(k.inputs.output, k.inputs.target);
    const loss = k.multiply(error, error);
    return { loss: k.withDerivativeOf(loss, k.add(k.multiply(scale, loss), k.multiply(offset, error))) };
  });
  return { losses: kernelLoss({ kernel: wrong }) };
}

/** The mean squared error, its gradient changed. */
function hostGradient(change: (gradient: number[], items: number) => number[]): Wrong {
  const call = (
    output: ArrayLike<number>,
    target: ArrayLike<number>,
    { items }: { items: number },
  ): LossAndGradient => {
    const errors = Array.from(output, (value, index) => value - target[index]!);
    const right = errors.map((error) => (2 * error) / errors.length);
    return { loss: errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length, gradient: change(right, items) };
  };
  return { losses: hostLoss({ label: 'wrong', call }) };
}

/** The reference backend, but for what it says of the gradients. */
function backendGradient(change: (gradient: Float64Array, id: string) => Float64Array): Wrong {
  const key = token<BackendEntry>('test/wrong-backend');
  const wrongly = (executable: Executable): Executable =>
    new Proxy(executable, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property, target);
        if (property !== 'gradients') return typeof value === 'function' ? value.bind(target) : value;
        return async (request: Parameters<Executable['gradients']>[0]) => {
          const { reports, gradients } = await target.gradients(request);
          const changed = [...gradients].map(
            ([id, { data, shape }]) => [id, new NdArray(change(Float64Array.from(data), id), shape)] as const,
          );
          return { reports, gradients: new Map(changed) };
        };
      },
    });
  const load: BackendEntry['load'] = async (config): Promise<Backend> => {
    const backend = await referenceEntry.load(config);
    return {
      ...backend,
      name: 'wrong',
      dispose: () => backend.dispose(),
      create: async () => wrongly(await backend.create()),
    };
  };
  const plugin = definePlugin({
    name: 'test/wrong-backend',
    register({ bind, contribute }) {
      bind(key).toConstantValue({ ...referenceEntry, name: 'wrong', priority: 1000, dtypes: ['float32'], load });
      contribute(BACKENDS).toConstantValue({ key, summary: 'a test' });
    },
  });
  return { plugin, settings: { backend: key } };
}

const wrongs: readonly (readonly [string, () => Wrong])[] = [
  ['neurons: twice too large', () => neuronGradient('double', tanhOf, (k) => k.multiply(2, tanhOf(k)))],
  ['neurons: one percent too large', () => neuronGradient('more', tanhOf, (k) => k.multiply(1.01, tanhOf(k)))],
  ['neurons: one percent too small', () => neuronGradient('less', tanhOf, (k) => k.multiply(0.99, tanhOf(k)))],
  ['neurons: of the wrong sign', () => neuronGradient('sign', tanhOf, (k) => k.multiply(-1, tanhOf(k)))],
  [
    'neurons: off by a constant',
    () => neuronGradient('offset', tanhOf, (k) => k.add(tanhOf(k), k.multiply(0.01, k.inputs.current))),
  ],
  [
    'neurons: taken at another place',
    () => neuronGradient('shift', tanhOf, (k) => k.tanh(k.multiply(0.3, k.add(k.inputs.current, 0.1)))),
  ],
  [
    'neurons: with another slope inside',
    () => neuronGradient('slope', tanhOf, (k) => k.tanh(k.multiply(0.303, k.inputs.current))),
  ],
  ['neurons: of another function', () => neuronGradient('other', tanhOf, (k) => k.sigmoid(k.inputs.current))],
  ['neurons: zero', () => neuronGradient('zero', tanhOf, (k) => k.multiply(0, k.inputs.current))],
  [
    'neurons: without a term of the product rule',
    () =>
      neuronGradient('product', swish, (k) =>
        k.multiply(k.withDerivativeOf(k.inputs.current, 0), k.sigmoid(k.inputs.current)),
      ),
  ],
  [
    'neurons: without the inner derivative',
    () => neuronGradient('chain', tanhOf, (k) => k.multiply(1 / 0.3, tanhOf(k))),
  ],
  [
    'neurons: one percent too large, for positive currents alone',
    () =>
      neuronGradient('half', tanhOf, (k) =>
        k.select(k.less(0, k.inputs.current), k.multiply(1.01, tanhOf(k)), tanhOf(k)),
      ),
  ],
  ['a loss kernel: one percent too large', () => kernelGradient(1.01, 0)],
  ['a loss kernel: half', () => kernelGradient(0.5, 0)],
  ['a loss kernel: off by a constant', () => kernelGradient(1, 0.01)],
  ['a host loss: a sum in place of a mean', () => hostGradient((right, items) => right.map((value) => value * items))],
  ['a host loss: of the wrong sign', () => hostGradient((right) => right.map((value) => -value))],
  ['a host loss: items in another order', () => hostGradient((right) => [...right].reverse())],
  [
    'a host loss: the first item left out',
    () => hostGradient((right) => right.map((value, index) => (index === 0 ? 0 : value))),
  ],
  ['a backend: one percent too large', () => backendGradient((right) => right.map((value) => value * 1.01))],
  [
    'a backend: one element of one parameter',
    () =>
      backendGradient((right, id) =>
        id.includes('bias') ? right.map((v, index) => (index === 0 ? v + 1 : v)) : right,
      ),
  ],
  ['a backend: not a number', () => backendGradient((right) => right.map(() => NaN))],
];

it.each(wrongs)('%s', async (_, make) => {
  const { losses, plugin, settings = {} } = make();
  const { net, inputs } = network();
  await using sim = await Simulator.create(net, {
    plugins: [...defaultPlugins(), ...(plugin === undefined ? [] : [plugin])],
    settings: { backend: REFERENCE_BACKEND, ...(settings.backend === undefined && { dtype: 'float64' }), ...settings },
  });
  const targets = [[0.3], [-0.2], [0.9]];
  await expect(sim.checkGradients({ inputs, targets, losses, steps: 3 })).rejects.toEqual(failing('GRADIENTS_DIFFER'));
});

it('the same network passes with nothing wrong', async () => {
  const { net, inputs } = network();
  for (const { losses, plugin, settings } of [
    neuronGradient('right', swish, swish),
    hostGradient((right) => right),
    kernelGradient(1, 0),
  ]) {
    await using sim = await Simulator.create(net, {
      plugins: [...defaultPlugins(), ...(plugin === undefined ? [] : [plugin])],
      settings: { backend: REFERENCE_BACKEND, dtype: 'float64', ...settings },
    });
    await sim.checkGradients({ inputs, targets: [[0.3], [-0.2], [0.9]], losses, steps: 3 });
  }
});

async function checked(losses: Objective, targets: number[][] = [[0.3], [-0.2], [0.9]]): Promise<unknown> {
  const { net, inputs } = network();
  await using sim = await Simulator.create(net, {
    plugins: defaultPlugins(),
    settings: { backend: REFERENCE_BACKEND, dtype: 'float64' },
  });
  return await sim.checkGradients({ inputs, targets, losses, steps: 3 });
}

const squares = (sign: number, offset: number): Objective =>
  hostLoss({
    label: 'squares',
    call: (output) => ({
      loss: Array.from(output).reduce((sum, value) => sum + 0.5 * value ** 2, offset),
      gradient: Array.from(output, (value) => sign * value),
    }),
  });

it('a gradient that is all zero is told with the two values', async () => {
  await expect(checked(squares(0, 0))).rejects.toEqual(failing('GRADIENTS_DIFFER', /they are 0 against -?\d/));
});

async function checkedSlope(losses?: Objective, target = 1): Promise<unknown> {
  const net = new Network({ seed: 0 }, () => {
    const output = new Node({ sizeIn: 1 });
    new Connection(new Node([0]), output, { synapse: null, transform: 2 });
    new Probe(output);
  });
  await using sim = await Simulator.create(net, {
    plugins: defaultPlugins(),
    settings: { backend: REFERENCE_BACKEND, dtype: 'float64' },
  });
  return await sim.checkGradients({ inputs: [[0.5]], targets: [[target]], losses, steps: 1 });
}

it.each([1, -1])('what rounding of a large loss hides is undecided: gradients times %d', async (sign) => {
  await expect(checkedSlope(squares(sign, 1e12))).rejects.toEqual(failing('GRADIENTS_UNDECIDED', 'rounding hides'));
});

it('an infinite loss is no fault of gradients', async () => {
  await expect(checkedSlope(undefined, 1e200)).rejects.toEqual(failing('LOSS_NOT_FINITE', 'the loss is Infinity'));
});
