/** @file The closed forms of neurons in 200 bits: what their kernels are held against. Times in seconds. */
import {
  add,
  divide,
  exp,
  log1p,
  multiply,
  negate,
  sigmoid,
  softplus,
  subtract,
  toNumber,
  wide,
  type Wide,
} from '../../ir/src/wide-number.test-helper.ts';

/** A rate and its slope at a current. */
interface RateAndSlope {
  readonly rate: Wide;
  readonly slope: Wide;
}

/** The current, and the parameters of the kernel: as rounded to the format under test. */
export type ClosedForm = (current: number, parameters: Readonly<Record<string, number>>) => RateAndSlope;

const ZERO: RateAndSlope = { rate: wide(0), slope: wide(0) };

/** amplitude / (τ_ref + τ_rc log(1 + 1 / excess)), and what its slope is by the excess. */
function rateOfExcess(excess: Wide, { tauRc, tauRef, amplitude }: Readonly<Record<string, number>>): RateAndSlope {
  const period = add(tauRef!, multiply(tauRc!, log1p(divide(1, excess))));
  const slope = divide(multiply(amplitude!, tauRc!), multiply(period, period, excess, add(1, excess)));
  return { rate: divide(amplitude!, period), slope };
}

/** LIFRate: the excess is J - 1. */
export const lifRateForm: ClosedForm = (current, parameters) =>
  current > 1 ? rateOfExcess(subtract(current, 1), parameters) : ZERO;

/** SoftLIF: the excess is σ log(1 + e^((J - 1) / σ)), and its slope by J the sigmoid of (J - 1) / σ. */
export const softLifForm: ClosedForm = (current, parameters) => {
  const { sigma } = parameters;
  const scaled = divide(subtract(current, 1), sigma!);
  const { rate, slope } = rateOfExcess(multiply(sigma!, softplus(scaled)), parameters);
  return { rate, slope: multiply(slope, sigmoid(scaled)) };
};

/** 1 / (1 + e^-J) / τ_ref. */
export const sigmoidForm: ClosedForm = (current, { tauRef }) => ({
  rate: divide(sigmoid(current), tauRef!),
  slope: divide(multiply(sigmoid(current), sigmoid(-current)), tauRef!),
});

/** tanh(J) / τ_ref. */
export const tanhForm: ClosedForm = (current, { tauRef }) => {
  const twiceCosh = add(exp(current), exp(-current));
  return {
    rate: divide(subtract(1, divide(2, add(exp(2 * current), 1))), tauRef!),
    slope: divide(4, multiply(twiceCosh, twiceCosh, tauRef!)),
  };
};

/** amplitude · max(J, 0). */
export const rectifiedForm: ClosedForm = (current, { amplitude }) =>
  current > 0 ? { rate: multiply(amplitude!, current), slope: wide(amplitude!) } : ZERO;

/** Output, voltage and refractory time after a step of a LIF neuron. */
export interface LifState {
  readonly output: number;
  readonly voltage: Wide;
  readonly refractoryTime: Wide;
  /** How far the voltage got from the threshold. */
  readonly margin: number;
}

/** One step: the voltage rises towards the current while the neuron is not refractory; above 1, it spikes. */
export function lifStepForm(
  {
    current,
    voltage,
    refractoryTime,
  }: { readonly current: number; readonly voltage: number; readonly refractoryTime: number },
  { dt, tauRc, tauRef, minVoltage, amplitude }: Readonly<Record<string, number>>,
): LifState {
  const remaining = subtract(refractoryTime, dt!);
  const free = subtract(dt!, remaining);
  const active = toNumber(free) <= 0 ? wide(0) : toNumber(remaining) <= 0 ? wide(dt!) : free;
  const decay = exp(negate(divide(active, tauRc!)));
  const raised = add(voltage, multiply(subtract(current, voltage), subtract(1, decay)));
  const margin = toNumber(subtract(raised, 1));
  if (margin <= 0) {
    const isLow = toNumber(subtract(raised, minVoltage!)) < 0;
    return { output: 0, voltage: isLow ? wide(minVoltage!) : raised, refractoryTime: remaining, margin };
  }
  const charging = multiply(tauRc!, log1p(divide(subtract(1, voltage), subtract(current, 1))));
  const spikeTime = add(subtract(dt!, active), charging);
  return { output: amplitude! / dt!, voltage: wide(0), refractoryTime: add(tauRef!, spikeTime), margin };
}
