/** @file Rates and slopes of neurons as simulators run and train them, on every backend, held against closed forms in 200 bits. */
import { describe, expect, test } from 'vitest';
import { relativeError } from '../../ir/src/wide-number.test-helper.ts';
import {
  lifRateForm,
  rectifiedForm,
  sigmoidForm,
  softLifForm,
  tanhForm,
  type ClosedForm,
} from '../../neurons/src/closed-forms.test-helper.ts';
import {
  Connection,
  directGradient,
  Ensemble,
  lif,
  lifRate,
  Network,
  Node,
  Probe,
  rectifiedLinear,
  REFERENCE_BACKEND,
  sgd,
  sigmoid,
  Simulator,
  softLifRate,
  tanh,
  TFJS_BACKEND,
  type NeuronType,
  type Settings,
} from './index.ts';

interface Curve {
  readonly neuronType: NeuronType;
  readonly parameters: Readonly<Record<string, number>>;
  readonly closedForm: ClosedForm;
  readonly seams: readonly number[];
  readonly settings?: Partial<Settings>;
}

const times = { tauRc: 0.02, tauRef: 0.002, amplitude: 1 };
const softSeams = (sigma: number): number[] =>
  [-750, -104, -88, -60, -40, -36, -30, -20, -10, -1, 0, 1, 20, 88].map((scaled) => 1 + scaled * sigma);

const CURVES: Readonly<Record<string, Curve>> = {
  softLifRate: {
    neuronType: softLifRate({ sigma: 0.1 }),
    parameters: { ...times, sigma: 0.1 },
    closedForm: softLifForm,
    seams: softSeams(0.1),
  },
  'lif with lifSmoothing': {
    neuronType: lif(),
    parameters: { ...times, sigma: 2 },
    closedForm: softLifForm,
    seams: softSeams(2),
    settings: { lifSmoothing: 2 },
  },
  lifRate: { neuronType: lifRate(), parameters: times, closedForm: lifRateForm, seams: [-8, 0.5, 1, 1.5, 2, 1e3] },
  sigmoid: {
    neuronType: sigmoid(),
    parameters: { tauRef: 0.0025 },
    closedForm: sigmoidForm,
    seams: [-37, -17, -1, 0, 1, 17, 37],
  },
  tanh: {
    neuronType: tanh(),
    parameters: { tauRef: 0.0025 },
    closedForm: tanhForm,
    seams: [-20, -9, -1, 0, 1, 9, 20],
  },
  rectifiedLinear: {
    neuronType: rectifiedLinear(),
    parameters: { amplitude: 1 },
    closedForm: rectifiedForm,
    seams: [-1e6, 0, 1e6],
  },
};

const BACKENDS: Readonly<Record<string, { readonly settings: Partial<Settings>; readonly bound: number }>> = {
  'reference in float64': { settings: { backend: REFERENCE_BACKEND, dtype: 'float64' }, bound: 1e-14 },
  'reference in float32': { settings: { backend: REFERENCE_BACKEND, dtype: 'float32' }, bound: 1e-6 },
  'tfjs on wasm': { settings: { backend: TFJS_BACKEND, sessionConfig: { engine: 'wasm' } }, bound: 1e-6 },
  'tfjs on cpu': { settings: { backend: TFJS_BACKEND, sessionConfig: { engine: 'cpu' } }, bound: 1e-6 },
};

/** One neuron per current: gains of 1, and the currents as biases. */
function neuronsAt(currents: Float64Array, neuronType: NeuronType) {
  const net = new Network({ seed: 0 });
  return net.within(() => {
    const gain = new Float64Array(currents.length).fill(1);
    const ensemble = new Ensemble({ nNeurons: currents.length, dimensions: 1, neuronType, gain, bias: currents });
    new Connection(new Node([0]), ensemble, { synapse: null });
    return { net, ensemble, probe: new Probe(ensemble.neurons) };
  });
}

/** So long a step that what the biases were before is lost in the rounding of what they are after. */
const LONG_STEP = { float64: 2 ** 200, float32: 2 ** 90 } as const;

describe.each(Object.keys(BACKENDS))('%s', (name) => {
  const { settings, bound } = BACKENDS[name]!;
  const { dtype = 'float32' } = settings;
  const round = dtype === 'float64' ? (x: number): number => x : Math.fround;
  const learningRate = LONG_STEP[dtype];

  test.each(Object.keys(CURVES))(
    '%s: rates and slopes have all their digits on both sides of every seam',
    async (kind) => {
      const { neuronType, parameters, closedForm, seams, settings: more } = CURVES[kind]!;
      const away = [0, 2 ** -22, 1e-3, 0.03];
      const points = seams.flatMap((seam) =>
        away.flatMap((by) => [-by, by].map((side) => seam + side * Math.max(Math.abs(seam), 0.5))),
      );
      const currents = Float64Array.from(new Set(points.map(round)));
      const { net, ensemble, probe } = neuronsAt(currents, neuronType);
      await using sim = await Simulator.create(net, { settings: { ...settings, ...more } });
      const predicted = await sim.predict([[0]], { mode: 'rate', probes: [probe] });
      await sim.train([[0]], {
        targets: [[probe, [Array.from(currents, () => -1)]]],
        losses: directGradient(),
        optimizer: sgd({ learningRate }),
      });
      const rates = predicted.get(probe)!.data;
      const slopes = sim.data.get(ensemble).bias!.data;
      const rounded = Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, round(value)]));
      const beyond = [...currents].flatMap((current, neuron) => {
        const exact = closedForm(current, rounded);
        // Where the slope is 0, the bias stays.
        const isFlat = exact.slope.mantissa === 0n;
        const ofSlope = isFlat
          ? Math.abs(slopes[neuron]! - current)
          : relativeError(slopes[neuron]! / learningRate, exact.slope);
        const errors = { ofRate: relativeError(rates[neuron]!, exact.rate), ofSlope };
        return Math.max(errors.ofRate, errors.ofSlope) <= bound ? [] : [{ current, ...errors }];
      });
      expect(beyond).toEqual([]);
    },
  );
});
