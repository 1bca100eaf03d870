import { expect, test } from 'vitest';
import { accumulator, executableOf, ONES, run, smallStates } from './program.test-helper.ts';

test('first light', async () => {
  const executable = await executableOf({ run: accumulator, small: smallStates });
  const first = await run(executable, 3, { feed: ONES });
  expect(first.of('state')).toEqual([1, 10, 2, 20, 3, 30]);
  const second = await run(executable, 40, { feed: ONES });
  expect(second.steps.get('state')).toEqual(Array.from({ length: 40 }, (_, k) => k + 4));
  expect((await executable.read('state')).toNested()).toEqual([[43, 430]]);
  const request = { training: 'small', items: 1, steps: 3, feed: ONES, targets: new Map(), scalars: () => ({}) };
  const whole = await executable.gradients(request);
  expect(whole.reports).toEqual({ loss: 14 + 1400 });
  expect(whole.gradients.get('weight')!.toNested()).toEqual([2 * 14, 20 * 14]);
  const single = await executable.gradients({ ...request, truncation: 1 });
  expect(single.gradients.get('weight')!.toNested()).toEqual([2 * 6, 20 * 6]);
  const saved = await executable.save();
  expect(saved.symbols.get('state')!.toNested()).toEqual([[43, 430]]);
  const other = await executableOf({ run: accumulator });
  await other.restore(saved);
  await run(other, 1, { feed: ONES });
  expect((await other.read('state')).toNested()).toEqual([[44, 440]]);
});
