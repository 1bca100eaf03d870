import type { Probe } from '@ndl/model';
import { describe, expect, it } from 'vitest';
import { joinItems, ProbeRecorder, sampledSteps, type RecordedProbe } from './probe-recorder.ts';

const probe = { label: 'probe' } as Probe;
const recorded = (options: Partial<RecordedProbe> = {}): RecordedProbe => ({
  probe,
  output: 'out',
  shape: [2],
  period: 1,
  keepHistory: true,
  ...options,
});

/** Steps first … first + steps - 1 of two items: element = 100 · item + step, and its negative. */
function write(recorder: ProbeRecorder, firstStep: number, steps: number): void {
  const data = Float64Array.from(
    Array.from({ length: steps }, (_, index) =>
      [0, 100].flatMap((item) => [item + firstStep + index, -(item + firstStep + index)]),
    ).flat(),
  );
  recorder.write({ output: 'out', steps: Array.from({ length: steps }, (_, index) => firstStep + index), data });
}

describe('ProbeRecorder', () => {
  it('keeps samples by item, whatever the blocks they come in', () => {
    for (const blocks of [[5], [1, 1, 1, 1, 1], [2, 3]]) {
      const recorder = new ProbeRecorder([recorded()], 2);
      let step = 1;
      for (const steps of blocks) {
        write(recorder, step, steps);
        step += steps;
      }
      expect(recorder.samples(probe).toNested()).toEqual(
        [0, 100].map((item) => [1, 2, 3, 4, 5].map((at) => [item + at, -(item + at)])),
      );
    }
  });

  it('wants the outputs of its probes, and takes no others', () => {
    const recorder = new ProbeRecorder([recorded()], 2);
    expect([...recorder.outputs]).toEqual(['out']);
    recorder.write({ output: 'something else', steps: [1], data: new Float64Array(4) });
    expect(recorder.samples(probe).shape).toEqual([2, 0, 2]);
  });

  it('keeps the last sample alone where history is not kept, in one piece of memory', () => {
    const recorder = new ProbeRecorder([recorded({ keepHistory: false })], 2);
    for (let step = 1; step <= 1000; step++) write(recorder, step, 1);
    expect(recorder.samples(probe).toNested()).toEqual([[[1000, -1000]], [[1100, -1100]]]);
  });

  it('forgets on clear, and goes on', () => {
    const recorder = new ProbeRecorder([recorded()], 2);
    write(recorder, 1, 3);
    recorder.clear();
    expect(recorder.samples(probe).shape).toEqual([2, 0, 2]);
    write(recorder, 4, 1);
    expect(recorder.samples(probe).toNested()).toEqual([[[4, -4]], [[104, -104]]]);
  });

  it('takes long recordings in linear time', () => {
    const recorder = new ProbeRecorder([recorded({ shape: [1] })], 1);
    const data = new Float64Array(1);
    for (let step = 1; step <= 300_000; step++) recorder.write({ output: 'out', steps: [step], data });
    expect(recorder.samples(probe).shape).toEqual([1, 300_000, 1]);
  });

  it('knows no other probes', () => {
    const recorder = new ProbeRecorder([recorded()], 1);
    expect(() => recorder.samples({ label: 'stranger' } as Probe)).toThrow(
      expect.objectContaining({
        code: 'FOREIGN_OBJECT',
        message: expect.stringContaining('stranger') as unknown,
      }) as Error,
    );
  });
});

it('lists the steps that are sampled', () => {
  expect(sampledSteps(10, 3.5)).toEqual([4, 7]);
  expect(sampledSteps(3, 0.3)).toEqual([1, 2, 3]);
});

it('joinItems puts minibatches one after another', () => {
  const pieces = [2, 1].map((items, index) => {
    const recorder = new ProbeRecorder([recorded({ shape: [1] })], items);
    recorder.write({
      output: 'out',
      steps: [1, 2],
      data: Float64Array.from({ length: 2 * items }, (_, at) => 10 * index + at),
    });
    return recorder.samples(probe);
  });
  expect(joinItems(pieces).toNested()).toEqual([
    [[0], [2]],
    [[1], [3]],
    [[10], [11]],
  ]);
  expect(joinItems(pieces.slice(0, 1))).toBe(pieces[0]);
});
