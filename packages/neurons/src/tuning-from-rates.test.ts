import { describe, expect, it } from 'vitest';
import { defineNeuronType, lifRate, type NeuronType } from '@ndl/model';
import { readGolden } from '../../golden/networks/read-golden.ts';
import { gainBiasFromRates, lifRateDefinition, maxRatesInterceptsFromRates, type RateDefinition } from './index.ts';

/** Izhikevich's neuron, which has no closed form: rates are counted, one step to settle and then one second of steps. */
const izhikevich: RateDefinition<NeuronType> = {
  kind: 'izhikevich',
  rates: (_, currents) =>
    currents.map((current) => {
      const dt = 0.001;
      const drive = Math.max(current, -30);
      let [voltage, recovery, spikes] = [0, 0, 0];
      for (let step = 0; step <= 1000; step++) {
        voltage += dt * 1000 * (0.04 * voltage * voltage + 5 * voltage + 140 - recovery + drive);
        const spiked = voltage >= 30;
        if (spiked) voltage = -65;
        recovery += dt * 1000 * 0.02 * (0.2 * voltage - recovery);
        if (spiked) recovery += 8;
        if (spiked && step > 0) spikes += 1;
      }
      return spikes;
    }),
};

interface TuningTable {
  readonly neuron_type: { readonly type: string };
  readonly max_rates_in: number[];
  readonly intercepts_in: number[];
  readonly gain: number[];
  readonly bias: number[];
  readonly max_rates_out: number[];
  readonly intercepts_out: number[];
}

describe('tuning from rates alone', () => {
  const table = readGolden<TuningTable[]>('unit_neurons').find(({ neuron_type }) => neuron_type.type === 'Izhikevich')!;
  const neuronType = defineNeuronType({ kind: 'izhikevich', spiking: true });

  it('finds the gain and bias that Nengo finds for Izhikevich neurons', () => {
    const { gain, bias } = gainBiasFromRates(
      izhikevich,
      neuronType,
      Float64Array.from(table.max_rates_in),
      Float64Array.from(table.intercepts_in),
    );
    table.gain.forEach((value, neuron) => expect(gain[neuron]).toBeCloseTo(value, 9));
    table.bias.forEach((value, neuron) => expect(bias[neuron]).toBeCloseTo(value, 9));
  });

  it('finds the max rates and intercepts that Nengo finds', () => {
    const { maxRates, intercepts } = maxRatesInterceptsFromRates(
      izhikevich,
      neuronType,
      Float64Array.from(table.gain),
      Float64Array.from(table.bias),
    );
    expect([...maxRates]).toEqual(table.max_rates_out);
    table.intercepts_out.forEach((value, neuron) => expect(intercepts[neuron]).toBeCloseTo(value, 12));
  });

  it('comes near the closed form where there is one', () => {
    const maxRates = Float64Array.of(30, 80, 120);
    const intercepts = Float64Array.of(-0.5, 0, 0.5);
    const found = gainBiasFromRates(lifRateDefinition, lifRate(), maxRates, intercepts);
    const exact = lifRateDefinition.gainBias(lifRate(), maxRates, intercepts);
    exact.gain.forEach((value, neuron) => expect(found.gain[neuron]! / value).toBeCloseTo(1, 1));
    const back = lifRateDefinition.maxRatesIntercepts(lifRate(), found.gain, found.bias);
    maxRates.forEach((rate, neuron) => expect(Math.abs(back.maxRates[neuron]! - rate)).toBeLessThan(1));
  });

  it('widens the range of currents as far as is needed', () => {
    const shallow: RateDefinition<NeuronType> = {
      kind: 'shallow',
      rates: (_, current) => current.map((j) => Math.max(j, 0) / 10),
    };
    const { gain, bias } = gainBiasFromRates(shallow, neuronType, Float64Array.of(200), Float64Array.of(0));
    // The last silent current of the grid over [-2560, 2560] is 0, and the rate is 200 at 2000.
    expect(gain[0]).toBeCloseTo(2000, 6);
    expect(bias[0]).toBeCloseTo(0, 6);
  });

  it('says what is wrong where no range will do', () => {
    const limited: RateDefinition<NeuronType> = {
      kind: 'limited',
      rates: (_, current) => current.map((j) => Math.min(Math.max(j, 0), 50)),
    };
    expect(() => gainBiasFromRates(limited, neuronType, Float64Array.of(40, 60), Float64Array.of(0, 0))).toThrow(
      /limited neurons.*-5120 to 5120, got 60 \(neuron 1\)\. Lower maxRates/,
    );
    const restless: RateDefinition<NeuronType> = { kind: 'restless', rates: (_, current) => current.map(() => 70) };
    expect(() => gainBiasFromRates(restless, neuronType, Float64Array.of(60), Float64Array.of(0))).toThrow(
      /give gain and bias/,
    );
  });

  it('reports -1 for neurons that fire everywhere, and as Nengo does for those that fire nowhere', () => {
    const { maxRates, intercepts } = maxRatesInterceptsFromRates(
      lifRateDefinition,
      lifRate(),
      Float64Array.of(1, 0.1),
      Float64Array.of(5, 0),
    );
    expect([...intercepts]).toEqual([-1, -1]);
    expect(maxRates[1]).toBe(0);
  });
});
