/** @file What an engine gives is checked: a backend that is wrong is told so by its name. */
import { NO_TABLES } from '@ndl/ir';
import { expect, test } from 'vitest';
import { createBackend, type Engine } from './index.ts';
import { Recorder, sequence, totals } from './programs.test-helper.ts';
import { toyEngine, type ToyStore } from './toy-engine.test-helper.ts';

/** A run of two steps on the toy engine, changed. */
async function runOn(changes: Partial<Engine<ToyStore>>): Promise<Recorder> {
  const engine: Engine<ToyStore> = { ...toyEngine().engine, ...changes };
  const executable = await createBackend({ name: 'toy', description: 'one by one' }, engine).create();
  await executable.add('run', totals, NO_TABLES);
  const sink = new Recorder();
  const feed = sequence(1, 2);
  await executable.run({ program: 'run', items: 1, steps: 2, feed, sink, state: 'carried' });
  return sink;
}

test.each<readonly [given: unknown, told: string]>([
  [undefined, 'undefined'],
  [[], '0 of them'],
  [[() => {}, () => {}], '2 of them'],
  [[undefined], 'undefined for section 0'],
])('functions for sections: %s', async (given, told) => {
  for (const emit of [() => given, () => Promise.resolve(given)]) {
    await expect(runOn({ emit: emit as Engine<ToyStore>['emit'] })).rejects.toMatchObject({
      code: 'ENGINE_RESULT',
      message: `Backend toy: emit() of its engine must return a function for each of 1 sections, and returned ${told}.`,
    });
  }
});

test.each([0, 1.5, NaN, Infinity, undefined])('blocks of %s steps', async (steps) => {
  await expect(runOn({ blockSteps: () => steps as number })).rejects.toMatchObject({
    code: 'ENGINE_RESULT',
    message: `Backend toy: blockSteps() of its engine must return a whole number from 1 on, and returned ${steps}.`,
  });
});

test('an engine may be an instance of a class', async () => {
  const toy = toyEngine().engine;
  class ToyEngine implements Engine<ToyStore> {
    readonly memory = toy.memory;
    readonly #steps = 3;
    blockSteps(): number {
      return this.#steps;
    }
    emit(...given: Parameters<Engine<ToyStore>['emit']>): ReturnType<Engine<ToyStore>['emit']> {
      return this.#steps > 0 ? toy.emit(...given) : [];
    }
  }
  const backend = createBackend({ name: 'toy', description: 'one by one' }, new ToyEngine());
  const executable = await backend.create();
  await executable.add('run', totals, NO_TABLES);
  const sink = new Recorder();
  await executable.run({ program: 'run', items: 1, steps: 2, feed: sequence(1, 2), sink, state: 'carried' });
  expect(sink.of('total')).toEqual([1, 3]);
  backend.dispose();
});
