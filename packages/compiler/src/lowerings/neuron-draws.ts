/**
 * @file Random numbers of neurons: from a distribution, an input that backends generate; where they depend on the current, a host
 * function, which acts on nothing. Each ensemble has streams of its own, whatever it is merged with.
 */
import type { CurrentDraw, HostFunction, LoweringContext, NeuronStep, SimNeuronsOperator } from '@ndl/core';
import type { GeneratedSource, View } from '@ndl/ir';
import { derivedSeed, itemSeed, RandomState, refuseSurplus, type RandomSnapshot } from '@ndl/numerics';
import { neuronsWithoutRandom } from '../errors.ts';

/** An operator of neurons, and what it runs. */
export interface Member {
  readonly operator: SimNeuronsOperator;
  readonly step: NeuronStep;
}

/** One number for each neuron of all members, in their order. */
export function lowerDraw(name: string, members: readonly Member[], context: LoweringContext): View {
  const drawn = members.map((member) => drawOf(name, member, context));
  if (drawn.length === 1) return drawn[0]!;
  const length = drawn.reduce((sum, { shape }) => sum + shape[0]!, 0);
  const all = context.temporary(`${name} of all`, [length]);
  let offset = 0;
  for (const source of drawn) {
    context.emit({ kind: 'copy', source, target: { ...all, offset, shape: source.shape }, mode: 'set' });
    offset += source.shape[0]!;
  }
  return all;
}

/** What a draw of neurons is called among inputs, functions and saved states. */
function neuronDrawName({ name }: NonNullable<SimNeuronsOperator['random']>, draw: string): string {
  refuseSurplus('neuronDrawName', arguments, 2);
  return `${name}.${draw}`;
}

/** Numbers that backends draw for neurons, each with its name; the first draw has the seed of the neurons. */
export function drawnForNeurons(
  { random, output }: Pick<SimNeuronsOperator, 'random' | 'output'>,
  { draws = {} }: Pick<NeuronStep, 'draws'>,
): readonly { readonly name: string; readonly size: number; readonly source: GeneratedSource }[] {
  refuseSurplus('drawnForNeurons', arguments, 2);
  return Object.entries(draws).flatMap(([draw, distribution], position) => {
    if (distribution.kind === 'ofCurrent' || random === undefined) return [];
    const source = {
      generator: 'mt19937',
      distribution,
      factor: 1,
      seeds: { first: seedOf(random, position) },
    } as const;
    return [{ name: neuronDrawName(random, draw), size: output.shape[0]!, source }];
  });
}

function seedOf({ seed }: NonNullable<SimNeuronsOperator['random']>, position: number): number {
  return position === 0 ? seed : derivedSeed(seed, position);
}

function drawOf(name: string, { operator, step }: Member, context: LoweringContext): View {
  const { random, label, output } = operator;
  if (random === undefined) throw neuronsWithoutRandom(label);
  const draws = step.draws!;
  const position = Object.keys(draws).indexOf(name);
  const seed = seedOf(random, position);
  const draw = draws[name]!;
  const id = neuronDrawName(random, name);
  const { shape } = output;
  if (draw.kind !== 'ofCurrent')
    return context.generated(id, shape, drawnForNeurons(operator, step).find((one) => one.name === id)!.source);
  const target = context.temporary(id, shape);
  context.host(drawingHost({ id, label, seed, dt: context.dt, goingOn: random.goingOn }, draw));
  context.emit({ kind: 'host', host: id, inputs: [context.concatenated([operator.current])], outputs: [target] });
  return target;
}

/** Draws for neuron after neuron. Where the stream of an item stands is saved as plain data. */
function drawingHost(
  {
    id,
    label,
    seed,
    dt,
    goingOn,
  }: { readonly id: string; readonly label: string; readonly seed: number; readonly dt: number } & Pick<
    NonNullable<SimNeuronsOperator['random']>,
    'goingOn'
  >,
  draw: CurrentDraw,
): HostFunction {
  return {
    id,
    label,
    scope: 'item',
    acts: false,
    make: (item) => {
      const random = goingOn?.(id, item, seed) ?? new RandomState(itemSeed(seed, item));
      return {
        call: (_time, _step, [currents], [numbers]) => {
          for (let neuron = 0; neuron < numbers!.length; neuron++)
            numbers![neuron] = draw.draw(random, currents![neuron]!, dt);
        },
        save: () => {
          const { words, ...others } = random.save();
          return { ...others, words: [...words] };
        },
        restore: (state) => {
          const { words, ...others } = state as RandomSnapshot;
          random.restore({ ...others, words: Uint32Array.from(words) });
        },
      };
    },
  };
}
