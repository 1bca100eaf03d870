/** @file Frequency responses against what filters make of sine waves, and against formulas. */
import { alpha, combineFilters, linearFilter, lowpass, triangle, type Synapse } from '@ndl/model';
import { describe, expect, it, test } from 'vitest';
import { filter } from './filter.ts';
import { frequencyResponse } from './frequency-response.ts';

const failing = (code: string, text = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

describe('the response in continuous time', () => {
  it('of a lowpass is 1 / (1 + iωτ), of an alpha filter its square', () => {
    const omega = 2 * Math.PI * 3;
    const [tau, size] = [0.05, 1 + (omega * 0.05) ** 2];
    const first = frequencyResponse(tau, [0, 3]);
    expect([...first.real.data]).toEqual([1, expect.closeTo(1 / size, 12)]);
    expect(first.imaginary.data[1]).toBeCloseTo((-omega * tau) / size, 12);
    const second = frequencyResponse(alpha(tau), 3);
    expect(second.gain.data[0]).toBeCloseTo(1 / size, 12);
    expect(second.phase.data[0]).toBeCloseTo(-2 * Math.atan(omega * tau), 12);
  });

  it('of filters one behind the other is the product of theirs', () => {
    const both = combineFilters(combineFilters(0.02, alpha(0.01)), linearFilter([1, 0], [0.1, 1]));
    const parts = [lowpass(0.02), alpha(0.01), linearFilter([1, 0], [0.1, 1])].map((part) =>
      frequencyResponse(part, [1, 7]),
    );
    const whole = frequencyResponse(both, [1, 7]);
    for (const at of [0, 1]) {
      expect(whole.gain.data[at]).toBeCloseTo(
        parts.reduce((gain, part) => gain * part.gain.data[at]!, 1),
        10,
      );
      expect(whole.phase.data[at]).toBeCloseTo(
        parts.reduce((sum, part) => sum + part.phase.data[at]!, 0),
        10,
      );
    }
  });

  it('of a triangle is refused: there is none without steps', () => {
    expect(() => frequencyResponse(triangle(0.1), [1])).toThrow(failing('FILTER_NEEDS_DT', "'triangle'"));
    expect(() => frequencyResponse(linearFilter([1], [1, -0.5], { analog: false }), [1])).toThrow(
      failing('FILTER_NEEDS_DT'),
    );
  });
});

test.each<[string, Synapse]>([
  ['lowpass', lowpass(0.03)],
  ['alpha', alpha(0.02)],
  ['triangle', triangle(0.04)],
  ['a filter with feedthrough', linearFilter([0.05, 1], [0.02, 1])],
  ['a digital filter', linearFilter([0.2, 0.1], [1, -0.5, 0.2], { analog: false })],
  ['no filter', lowpass(0)],
])('in steps, %s makes of a sine wave what its response says', (_, synapse) => {
  const [dt, frequency, steps] = [0.002, 5, 2000];
  const { gain, phase } = frequencyResponse(synapse, frequency, { dt });
  const angle = (step: number): number => 2 * Math.PI * frequency * step * dt;
  const wave = filter(
    synapse,
    Float64Array.from({ length: steps }, (_value, step) => Math.sin(angle(step))),
    { dt },
  );
  for (const step of [steps - 50, steps - 13, steps - 1]) {
    expect(wave.data[step]).toBeCloseTo(gain.data[0]! * Math.sin(angle(step) + phase.data[0]!), 9);
  }
});

test('combined filters filter as one behind the other, in continuous time', () => {
  const both = combineFilters(alpha(0.02), 0.05);
  const signal = Float64Array.from({ length: 400 }, (_, step) => Math.sin(step / 40));
  const [one, two] = [
    filter(both, signal, { dt: 1e-4 }),
    filter(0.05, filter(alpha(0.02), signal, { dt: 1e-4 }), { dt: 1e-4 }),
  ];
  one.data.forEach((value, step) => expect(value).toBeCloseTo(two.data[step]!, 3));
  expect(combineFilters(linearFilter([1], [1, 2], { method: 'euler' }), 1)).toMatchObject({
    analog: true,
    method: 'euler',
  });
});

test.each<[string, () => unknown, string, string]>([
  ['no synapse', () => frequencyResponse(null as never, [1]), 'INVALID_OPTION', 'frequencyResponse: the synapse'],
  ['a frequency of NaN', () => frequencyResponse(0.1, [1, NaN]), 'NOT_FINITE', 'frequencyResponse: frequencies'],
  ['frequencies that are none', () => frequencyResponse(0.1, 'x' as never), 'INVALID_OPTION', 'numbers of Hz'],
  ['a matrix of them', () => frequencyResponse(0.1, [[1]]), 'INVALID_OPTION', 'a list of numbers of Hz'],
  ['a dt of 0', () => frequencyResponse(0.1, [1], { dt: 0 }), 'INVALID_OPTION', 'dt must be'],
  ['another option', () => frequencyResponse(0.1, [1], { y0: 1 } as never), 'UNKNOWN_OPTION', "'y0'"],
  [
    'definitions that are none',
    () => frequencyResponse(0.1, [1], { definitions: 1 as never }),
    'INVALID_OPTION',
    'definitions',
  ],
  ['a triangle in a product', () => combineFilters(0.1, triangle(1)), 'FILTER_NOT_RATIONAL', "'triangle'"],
  [
    's and z in a product',
    () => combineFilters(0.1, linearFilter([1], [1], { analog: false })),
    'FILTERS_NOT_COMBINED',
    'both must be in s',
  ],
  ['no filter in a product', () => combineFilters('x' as never, 1), 'INVALID_OPTION', 'the first filter'],
])('refused: %s', (_, call, code, text) => {
  expect(call).toThrow(failing(code, text));
});
