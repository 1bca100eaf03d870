/** @file Conformance of lags: what is read at other steps than the present one, within a call and across calls. */
import {
  type Buffer,
  fullView,
  type Instruction,
  kernel,
  type Kernel,
  type Program,
  type Section,
  type View,
} from '@ndl/ir';
import { type Calls, randomData, recordRun } from './call-data.ts';
import { expectClose } from './comparison.ts';
import { withExecutable, type BackendSuite } from './suite.ts';
import {
  buffer,
  copyTo,
  EACH_STEP,
  EACH_STEP_OF_BLOCK,
  inputsOf,
  keeping,
  lagged,
  mapTo,
  outputsOf,
  program,
  section,
  storedNumbers,
  symbolsOf,
} from './write-program.ts';

const STEPS = 9;
const ITEMS = 2;
const SIZE = 2;

/** A run at once, step by step, and in calls shorter and longer than what lies back. */
const CALLS: readonly Calls[] = [[STEPS], Array<number>(STEPS).fill(1), [2, 1, 5, 1]];
const BLOCKS: readonly (number | undefined)[] = [undefined, 1, 2, 4];

/** s ← decay · (what lies back) + x */
const DECAY: Kernel = /* @__PURE__ */ kernel({ name: 'decay', inputs: ['x', 'back'], parameters: ['decay'] }, (k) => ({
  output: k.add(k.multiply(k.parameters.decay, k.inputs.back), k.inputs.x),
}));

/** s ← x + before / 2 - 2 steps before / 4 */
const SECOND_ORDER: Kernel = /* @__PURE__ */ kernel({ name: 'secondOrder', inputs: ['x', 's1', 's2'] }, (k) => ({
  output: k.add(k.inputs.x, k.multiply(0.5, k.inputs.s1), k.multiply(-0.25, k.inputs.s2)),
}));

/** A number by step, item and element. */
type Signal = (step: number, item: number, element: number) => number;

export function describeLags(suite: BackendSuite): void {
  const input = (before: number, span: 'block' | 'window' = 'block'): Buffer =>
    buffer('x', 'input', [SIZE], { ...keeping(before, span), initial: 0.5 });
  const output = buffer('y', 'temp', [SIZE], EACH_STEP_OF_BLOCK);

  /** `y` from `x` by these sections. */
  const written = (
    sections: readonly Section[],
    buffers: readonly Buffer[],
    maximumBlock?: number | undefined,
  ): Program =>
    program({
      dtype: suite.dtype,
      buffers,
      sections,
      inputs: inputsOf(...buffers.filter(({ role }) => role === 'input')),
      outputs: outputsOf(...buffers.filter(({ id }) => id === 'y')),
      symbols: symbolsOf(buffers.filter(({ role }) => role === 'state')),
      ...(maximumBlock !== undefined && { maximumBlock }),
    });

  /** Checks `y` of a program, however the run is cut into calls. @param expected by what x is at a step */
  const expectY = async (
    job: Program,
    expected: (x: Signal) => Signal,
    cuts: readonly Calls[] = CALLS,
  ): Promise<void> => {
    const data = randomData(job, ITEMS, STEPS);
    const x: Signal = (step, item, element) => data.inputs['x']![(step * ITEMS + item) * SIZE + element] ?? NaN;
    const y = expected(x);
    const numbers = Array.from({ length: STEPS * ITEMS * SIZE }, (_, index) =>
      y(Math.floor(index / (ITEMS * SIZE)), Math.floor(index / SIZE) % ITEMS, index % SIZE),
    );
    for (const calls of cuts) {
      await withExecutable(suite, { run: job }, async (executable) => {
        const sink = await recordRun(executable, job, data, calls);
        expectClose(sink.of('y'), numbers, suite.tolerance, `y in calls of ${calls.join(', ')} steps`);
      });
    }
  };

  suite.test('a delay of an input', async () => {
    for (const kind of ['steps', 'block'] as const) {
      for (const [delay, span] of [
        [1, 'block'],
        [3, 'block'],
        [3, 'window'],
      ] as const) {
        const sections = [section(kind, [copyTo(fullView(output), lagged(fullView(input(delay)), delay))])];
        for (const block of BLOCKS) {
          const job = written(sections, [input(delay, span), output], block);
          await expectY(
            job,
            (x) =>
              (step, ...at) =>
                step < delay ? 0.5 : x(step - delay, ...at),
          );
        }
      }
    }
  });

  suite.test('a finite impulse response, as a product over an axis of lags', async () => {
    const taps = [0.5, -0.25, 2];
    const kept = buffer('taps', 'constant', [3], { initial: storedNumbers(taps) });
    const left: View = { buffer: 'taps', offset: 0, shape: [SIZE, 3], strides: [0, 1] };
    const right: View = {
      buffer: 'x',
      offset: 0,
      shape: [SIZE, 3],
      strides: [1, 0],
      lag: { base: 0, perAxis: [0, 1] },
    };
    const target: View = { buffer: 'y', offset: 0, shape: [SIZE, 3], strides: [1, 0] };
    const filter: Instruction = { kind: 'contract', members: [{ left, right, target }], mode: 'set' };
    for (const kind of ['steps', 'block'] as const) {
      for (const block of BLOCKS) {
        await expectY(
          written([section(kind, [filter])], [input(2), kept, output], block),
          (x) =>
            (step, ...at) =>
              taps.reduce((sum, tap, lag) => sum + tap * (step < lag ? 0.5 : x(step - lag, ...at)), 0),
        );
      }
    }
  });

  suite.test('elements at lags of their own', async () => {
    const apart: View = { buffer: 'x', offset: 1, shape: [SIZE], strides: [-1], lag: { base: 2, perAxis: [-1] } };
    for (const kind of ['steps', 'block'] as const) {
      await expectY(written([section(kind, [copyTo(fullView(output), apart)])], [input(2), output]), (x) => {
        const back: Signal = (step, item, element) => (step < 0 ? 0.5 : x(step, item, element));
        return (step, item, element) => back(step - (element === 0 ? 2 : 1), item, 1 - element);
      });
    }
  });

  suite.test('a loop through lags', async () => {
    const initial = storedNumbers([3, -3]);
    const start = [3, -3];
    const s = buffer('s', 'state', [SIZE], { ...keeping(2), initial });
    const x = buffer('x', 'input', [SIZE]);
    const y = buffer('y', 'temp', [SIZE]);
    const step = [
      mapTo(fullView(s), SECOND_ORDER, [fullView(x), lagged(fullView(s), 1), lagged(fullView(s), 2)]),
      copyTo(fullView(y), fullView(s)),
    ];
    for (const block of BLOCKS) {
      await expectY(written([section('steps', step)], [x, s, y], block), (given) => {
        const at: Signal = (t, item, element) =>
          t < 0
            ? start[element]!
            : given(t, item, element) + at(t - 1, item, element) / 2 - at(t - 2, item, element) / 4;
        return at;
      });
    }
  });

  suite.test(
    'a loop through a delay, all steps of a block at once where a block is no longer than the delay',
    async () => {
      const delay = 3;
      const s = buffer('s', 'state', [SIZE], { ...keeping(delay), initial: 2 });
      const back = buffer('back', 'temp', [SIZE], EACH_STEP_OF_BLOCK);
      const x = buffer('x', 'input', [SIZE], EACH_STEP_OF_BLOCK);
      const sections = [
        section('block', [
          copyTo(fullView(back), lagged(fullView(s), delay)),
          mapTo(fullView(s), DECAY, [fullView(x), fullView(back)], [0.5]),
          copyTo(fullView(output), fullView(s)),
        ]),
      ];
      for (const block of [1, 2, delay]) {
        await expectY(written(sections, [x, s, back, output], block), (given) => {
          const at: Signal = (t, item, element) =>
            t < 0 ? 2 : given(t, item, element) + at(t - delay, item, element) / 2;
          return at;
        });
      }
    },
  );

  suite.test('what one section writes, another reads at a lag', async () => {
    const s = buffer('s', 'state', [SIZE], { ...keeping(2), initial: -1 });
    const x = buffer('x', 'input', [SIZE], EACH_STEP_OF_BLOCK);
    for (const [writer, reader] of [
      ['block', 'steps'],
      ['steps', 'block'],
      ['block', 'block'],
    ] as const) {
      const sections = [
        section(writer, [copyTo(fullView(s), fullView(x))]),
        section(reader, [mapTo(fullView(output), DECAY, [fullView(s), lagged(fullView(s), 2)], [10])]),
      ];
      for (const block of BLOCKS)
        await expectY(
          written(sections, [x, s, output], block),
          (given) =>
            (step, ...at) =>
              given(step, ...at) + 10 * (step < 2 ? -1 : given(step - 2, ...at)),
        );
    }
  });

  suite.test('what is written backwards is read at later steps, and is zero beyond the window', async () => {
    for (const span of ['block', 'window'] as const) {
      const s = buffer('s', 'temp', [SIZE], { steps: { span, before: 2 }, lifetime: span });
      const x = buffer('x', 'input', [SIZE], EACH_STEP);
      const y = buffer('y', 'temp', [SIZE], EACH_STEP);
      const sections = [
        section('steps', [mapTo(fullView(s), DECAY, [fullView(x), lagged(fullView(s), 2)], [0.5])], 'descending'),
        section('block', [copyTo(fullView(y), lagged(fullView(s), 1))], 'descending'),
      ];
      for (const block of BLOCKS) {
        const job = written(sections, [x, s, y], block);
        for (const calls of CALLS) {
          const endOf = (step: number): number => {
            let end = 0;
            for (const length of calls) if (end <= step) end += length;
            return end;
          };
          const expected = (given: Signal): Signal => {
            const at = (t: number, end: number, item: number, element: number): number =>
              t >= end ? 0 : given(t, item, element) + at(t + 2, end, item, element) / 2;
            return (step, item, element) => at(step + 1, endOf(step), item, element);
          };
          await expectY(job, expected, [calls]);
        }
      }
    }
  });
}
