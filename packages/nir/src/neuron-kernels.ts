/** @file The step of each kind of neuron under each convention, as kernels: one object for each, so that populations merge. */
import type { SpikeSurrogate } from '@ndl/core';
import { kernel, type Expression, type Kernel, type KernelBuilder, type Scalar } from '@ndl/ir';
import type { NirConvention } from './conventions.ts';
import { STATES } from './neuron-types.ts';
import type { NirNeuronType } from './node-types.ts';

type Builder = KernelBuilder<string, 'dt'>;
type Outputs = Readonly<Record<string, Scalar>>;

/** Keeps quotients finite that are not looked at. */
const LEAST = 1e-16;

const made = new Map<string, Kernel>();
const trained = new WeakMap<SpikeSurrogate, Map<string, Kernel>>();

/** The step of neurons, with spikes that are differentiated as the surrogate says, or not at all. */
export function stepKernel(type: NirNeuronType, convention: NirConvention, surrogate?: SpikeSurrogate): Kernel {
  const key = `${type} ${Object.values(convention).join(' ')}`;
  const kernels = surrogate === undefined ? made : (trained.get(surrogate) ?? new Map<string, Kernel>());
  if (surrogate !== undefined) trained.set(surrogate, kernels);
  const known = kernels.get(key);
  if (known !== undefined) return known;
  const name = surrogate === undefined ? `NIR ${type}` : `NIR ${type} for ${surrogate.name}`;
  const step = kernel({ name, inputs: ['current', ...STATES[type]], parameters: ['dt'] }, (k) =>
    new Step(k as unknown as Builder, convention, surrogate).outputs(type),
  );
  kernels.set(key, step);
  return step;
}

/** What a membrane comes to in a step, before it spikes. */
interface Charged {
  readonly voltage: Expression;
  readonly synapse?: Expression;
}

class Step {
  readonly #k: Builder;
  readonly #convention: NirConvention;
  readonly #surrogate: SpikeSurrogate | undefined;

  constructor(k: Builder, convention: NirConvention, surrogate: SpikeSurrogate | undefined) {
    this.#k = k;
    this.#convention = convention;
    this.#surrogate = surrogate;
  }

  outputs(type: NirNeuronType): Outputs {
    const { inputs } = this.#k;
    if (type === 'Threshold') return { output: this.#pulse(this.#spikes(inputs['current']!).output) };
    const isExact = this.#convention.spike === 'withinStep';
    if (type === 'LIF' && isExact) return this.#leakyWithin();
    if (type === 'IF' && isExact) return this.#within();
    const { voltage, synapse } = this.#charged(type);
    const current = synapse === undefined ? {} : { synapticCurrent: synapse };
    if (type === 'I' || type === 'LI' || type === 'CubaLI') return { output: voltage, voltage, ...current };
    return { ...this.#fired(voltage), ...current };
  }

  #charged(type: NirNeuronType): Charged {
    const k = this.#k;
    const { current, voltage } = k.inputs as Record<'current' | 'voltage', Expression>;
    if (type === 'I' || type === 'IF') return { voltage: k.add(voltage, this.#charge(current)) };
    if (type === 'LI' || type === 'LIF') return { voltage: this.#membrane(current) };
    const before = k.inputs['synapticCurrent']!;
    const [tau, weighted] = [k.inputs['tauSynapse']!, k.multiply(k.inputs['inputWeight']!, current)];
    if (this.#convention.order === 'together') return this.#together(before, weighted);
    const synapse = k.add(k.multiply(before, this.#leak(tau)), k.multiply(this.#gain(tau), weighted));
    return { voltage: this.#membrane(this.#convention.order === 'synapseFirst' ? synapse : before), synapse };
  }

  #ratio(tau: Expression): Expression {
    return this.#k.divide(this.#k.parameters.dt, tau);
  }

  #leak(tau: Expression): Expression {
    const k = this.#k;
    return this.#convention.leak === 'exact' ? k.exp(k.negate(this.#ratio(tau))) : k.subtract(1, this.#ratio(tau));
  }

  #gain(tau: Expression): Expression {
    const k = this.#k;
    const { input } = this.#convention;
    if (input === 'exact') return k.negate(k.expm1(k.negate(this.#ratio(tau))));
    return input === 'forwardEuler' ? this.#ratio(tau) : k.divide(this.#ratio(tau), this.#leak(tau));
  }

  #charge(current: Expression): Expression {
    const k = this.#k;
    const charge = k.multiply(k.inputs['resistance']!, current);
    return this.#convention.charge === 'perStep' ? charge : k.multiply(k.parameters.dt, charge);
  }

  /** v_leak + (v - v_leak) · leak + r · I · gain. */
  #membrane(current: Expression): Expression {
    const k = this.#k;
    const [tau, rest] = [k.inputs['tauMembrane']!, k.inputs['leakVoltage']!];
    const left = k.add(rest, k.multiply(k.subtract(k.inputs['voltage']!, rest), this.#leak(tau)));
    return k.add(left, k.multiply(this.#gain(tau), k.inputs['resistance']!, current));
  }

  /**
   * The solution of τs i' = -i + w·x, τm v' = v_leak - v + r·i for constant x: with s = dt / τs and m = dt / τm, the part of i that dies away
   * moves v by (e^-s - e^-m) · m / (m - s) = m · e^-s · (1 - e^-(m - s)) / (m - s), which is m · e^-s where both are equal.
   */
  #together(before: Expression, weighted: Expression): Charged {
    const k = this.#k;
    const rest = k.inputs['leakVoltage']!;
    const [s, m] = [this.#ratio(k.inputs['tauSynapse']!), this.#ratio(k.inputs['tauMembrane']!)];
    const [apart, fading] = [k.subtract(m, s), k.exp(k.negate(s))];
    const isSame = k.equal(apart, 0);
    const mean = k.select(isSame, 1, k.divide(k.negate(k.expm1(k.negate(apart))), k.select(isSame, 1, apart)));
    const excess = k.subtract(before, weighted);
    const drive = k.add(k.multiply(weighted, k.negate(k.expm1(k.negate(m)))), k.multiply(excess, m, fading, mean));
    const left = k.add(rest, k.multiply(k.subtract(k.inputs['voltage']!, rest), k.exp(k.negate(m))));
    return {
      voltage: k.add(left, k.multiply(k.inputs['resistance']!, drive)),
      synapse: k.add(weighted, k.multiply(excess, fading)),
    };
  }

  /** One spike where the voltage is above threshold, as the output and as the reset see it. */
  #spikes(voltage: Expression): {
    readonly output: Expression;
    readonly reset: Expression;
    readonly isSpike: Expression;
  } {
    const k = this.#k;
    const threshold = k.inputs['thresholdVoltage']!;
    const isSpike =
      this.#convention.threshold === 'above' ? k.greater(voltage, threshold) : k.greaterEqual(voltage, threshold);
    const spike = k.select(isSpike, 1, 0);
    const surrogate = this.#surrogate;
    if (surrogate === undefined) return { output: spike, reset: spike, isSpike };
    const output = k.withDerivativeOf(spike, surrogate.rise(k, k.subtract(voltage, threshold)));
    return { output, reset: surrogate.reset === 'follow' ? output : spike, isSpike };
  }

  #pulse(count: Expression): Expression {
    return this.#convention.pulse === 'one' ? count : this.#k.divide(count, this.#k.parameters.dt);
  }

  #fired(raised: Expression): Outputs {
    const k = this.#k;
    const { reset, spike } = this.#convention;
    const seen = spike === 'nextStep' ? k.inputs['voltage']! : raised;
    const { output, reset: spikes, isSpike } = this.#spikes(seen);
    const after =
      reset === 'value'
        ? k.inputs['resetVoltage']!
        : reset === 'zero'
          ? k.add(0)
          : reset === 'none'
            ? raised
            : k.subtract(raised, k.inputs['thresholdVoltage']!);
    const voltage = k.select(isSpike, after, raised);
    const smooth = k.add(raised, k.multiply(spikes, k.subtract(after, raised)));
    return {
      output: this.#pulse(output),
      voltage: this.#surrogate === undefined ? voltage : k.withDerivativeOf(voltage, smooth),
    };
  }

  /** Where a membrane begins anew that has just come to its threshold. */
  #start(): Expression {
    const { reset } = this.#convention;
    return reset === 'value' ? this.#k.inputs['resetVoltage']! : this.#k.add(0);
  }

  /** The membrane nears `drive`; it comes from v to the threshold in τ · log1p((threshold - v) / (drive - threshold)). */
  #leakyWithin(): Outputs {
    const k = this.#k;
    const { dt } = k.parameters;
    const [tau, threshold, start] = [k.inputs['tauMembrane']!, k.inputs['thresholdVoltage']!, this.#start()];
    const drive = k.add(k.inputs['leakVoltage']!, k.multiply(k.inputs['resistance']!, k.inputs['current']!));
    const excess = k.max(k.subtract(drive, threshold), LEAST);
    const until = (from: Expression): Expression =>
      k.multiply(tau, k.log1p(k.divide(k.max(k.subtract(threshold, from), 0), excess)));
    const after = (from: Expression, time: Expression): Expression =>
      k.add(drive, k.multiply(k.subtract(from, drive), k.exp(k.negate(k.divide(time, tau)))));
    const raised = after(k.inputs['voltage']!, dt);
    return this.#severalSpikes(raised, k.subtract(dt, until(k.inputs['voltage']!)), until(start), (time) =>
      after(start, time),
    );
  }

  #within(): Outputs {
    const k = this.#k;
    const { dt } = k.parameters;
    const [threshold, start] = [k.inputs['thresholdVoltage']!, this.#start()];
    const slope = k.divide(this.#charge(k.inputs['current']!), dt);
    const until = (from: Expression): Expression =>
      k.divide(k.max(k.subtract(threshold, from), 0), k.max(slope, LEAST));
    const raised = k.add(k.inputs['voltage']!, k.multiply(slope, dt));
    return this.#severalSpikes(raised, k.subtract(dt, until(k.inputs['voltage']!)), until(start), (time) =>
      k.add(start, k.multiply(slope, time)),
    );
  }

  /** A first spike with `rest` seconds of the step to go, and one more after each `period` of these. */
  #severalSpikes(
    raised: Expression,
    rest: Expression,
    period: Expression,
    after: (time: Expression) => Expression,
  ): Outputs {
    const k = this.#k;
    const { output, reset, isSpike } = this.#spikes(raised);
    const left = k.max(rest, 0);
    const further = k.floor(k.divide(left, k.max(period, LEAST)));
    const fired = after(k.max(k.subtract(left, k.multiply(further, period)), 0));
    const count = k.select(isSpike, k.add(1, further), 0);
    const voltage = k.select(isSpike, fired, raised);
    if (this.#surrogate === undefined) return { output: this.#pulse(count), voltage };
    const smooth = k.add(raised, k.multiply(reset, k.subtract(k.withDerivativeOf(fired, 0), raised)));
    return {
      output: this.#pulse(k.withDerivativeOf(count, output)),
      voltage: k.withDerivativeOf(voltage, smooth),
    };
  }
}
