/** @file The precedence of `trainable`, as a truth table: every combination of opinions of everybody who may have one. */
import { describe, expect, test } from 'vitest';
import type { TrainableQuestion } from '@ndl/core';
import { Connection, Ensemble, Network, Neurons, Node, pes, voja, type ConfigurableObject } from '@ndl/model';
import { configureSettings, resolveSettings, resolveTrainable } from './index.ts';

type Opinion = boolean | null;
const OPINIONS: readonly Opinion[] = [null, true, false];

/** `net` holds `outer`, which holds `inner`, which holds an ensemble with a connection to a node. */
function nested() {
  const net = new Network();
  return net.within(() => {
    const outer = new Network();
    return outer.within(() => {
      const inner = new Network();
      return inner.within(() => {
        const ensemble = new Ensemble({ nNeurons: 3, dimensions: 1 });
        const connection = new Connection(ensemble, new Node({ sizeIn: 1 }));
        return { net, outer, inner, ensemble, connection };
      });
    });
  });
}

type Nested = ReturnType<typeof nested>;
type Speaker = ConfigurableObject | typeof Connection | typeof Ensemble | typeof Neurons | typeof Network;

/** Whose opinion counts, the strongest first; `Network`, the last, is the configured value. */
const TABLES: readonly {
  readonly array: TrainableQuestion['array'];
  readonly speakers: (objects: Nested) => readonly Speaker[];
}[] = [
  {
    array: 'weights',
    speakers: ({ connection, inner, outer, net }) => [connection, inner, outer, net, Connection, Network],
  },
  {
    array: 'encoders',
    speakers: ({ ensemble, inner, outer, net }) => [ensemble, inner, outer, net, Ensemble, Network],
  },
  {
    array: 'bias',
    speakers: ({ ensemble, inner, outer }) => [ensemble.neurons, ensemble, inner, outer, Neurons, Ensemble, Network],
  },
];

function questionOf(array: TrainableQuestion['array'], { ensemble, connection }: Nested): TrainableQuestion {
  return array === 'weights' ? { array, connection } : { array, ensemble };
}

/** All lists of so many opinions. */
function combinations(count: number): readonly (readonly Opinion[])[] {
  return count === 0
    ? [[]]
    : combinations(count - 1).flatMap((others) => OPINIONS.map((opinion) => [...others, opinion]));
}

function say(net: Network, speaker: Speaker, opinion: Opinion): void {
  (net.config.of(speaker as Ensemble) as { trainable?: Opinion }).trainable = opinion;
}

describe('The whole precedence is a truth table: an object’s own value outranks its networks, networks outrank classes, classes the configured value', () => {
  test.each(TABLES)('of $array', ({ array, speakers }) => {
    const objects = nested();
    const { net } = objects;
    net.config.addAttribute('trainable', null);
    const ranked = speakers(objects);
    const rows = combinations(ranked.length);
    const wrong: unknown[] = [];
    for (const row of rows) {
      ranked.forEach((speaker, rank) => say(net, speaker, row[rank]!));
      const strongest = row.find((opinion) => opinion !== null) ?? true;
      const got = resolveTrainable(net)(questionOf(array, objects));
      if (got !== strongest) wrong.push({ row, got });
    }
    expect(wrong).toEqual([]);
    expect(rows).toHaveLength(3 ** ranked.length);
  });

  test.each(TABLES)('of $array, where nobody says anything', ({ array }) => {
    const objects = nested();
    expect(resolveTrainable(objects.net)(questionOf(array, objects))).toBe(true);
    objects.net.within(() => configureSettings({ inferenceOnly: true }));
    expect(resolveTrainable(objects.net)(questionOf(array, objects))).toBe(false);
  });
});

/** Whether weights, encoders and biases of the nested objects are trainable. */
function answersOf(
  objects: Nested,
  settings = resolveSettings(objects.net),
): Record<TrainableQuestion['array'], boolean> {
  const isTrainable = resolveTrainable(objects.net, settings);
  return {
    weights: isTrainable(questionOf('weights', objects)),
    encoders: isTrainable(questionOf('encoders', objects)),
    bias: isTrainable(questionOf('bias', objects)),
  };
}

test('Train one connection only: configureSettings({ trainable: false }), net.config.of(connection).trainable = true', () => {
  const objects = nested();
  objects.net.within(() => configureSettings({ trainable: false }));
  objects.net.config.of(objects.connection).trainable = true;
  expect(answersOf(objects)).toEqual({ weights: true, encoders: false, bias: false });
});

describe('net.config.of(subnet).trainable = false freezes everything inside, nested subnetworks too; an object’s own value outranks it; a class value outranks the configured one', () => {
  test('everything inside', () => {
    const objects = nested();
    objects.net.config.addAttribute('trainable', true);
    objects.net.config.of(objects.outer).trainable = false;
    expect(answersOf(objects)).toEqual({ weights: false, encoders: false, bias: false });
  });

  test('an object’s own value', () => {
    const objects = nested();
    objects.net.config.addAttribute('trainable', null);
    objects.net.config.of(objects.outer).trainable = false;
    objects.net.config.of(objects.ensemble).trainable = true;
    expect(answersOf(objects)).toEqual({ weights: false, encoders: true, bias: true });
  });

  test('a class value', () => {
    const objects = nested();
    objects.net.within(() => configureSettings({ trainable: false }));
    objects.net.config.of(Ensemble).trainable = true;
    expect(answersOf(objects)).toEqual({ weights: false, encoders: true, bias: true });
  });
});

test('settings of the Simulator stand in for the configured value, and inferenceOnly outranks every opinion', () => {
  const objects = nested();
  objects.net.config.addAttribute('trainable', true);
  objects.net.config.of(objects.connection).trainable = true;
  const frozen = resolveSettings(objects.net, [], { trainable: false });
  expect(answersOf(objects, frozen)).toEqual({ weights: true, encoders: false, bias: false });
  const inference = resolveSettings(objects.net, [], { inferenceOnly: true });
  expect(answersOf(objects, inference)).toEqual({ weights: false, encoders: false, bias: false });
});

describe('The Ensemble setting governs encoders and biases; Neurons (class, or ens.neurons) biases alone', () => {
  test.each<[string, (objects: Nested) => Speaker, boolean, boolean]>([
    ['the class Ensemble', () => Ensemble, false, false],
    ['the ensemble', ({ ensemble }) => ensemble, false, false],
    ['the class Neurons', () => Neurons, true, false],
    ['its neurons', ({ ensemble }) => ensemble.neurons, true, false],
    ['the class Connection', () => Connection, true, true],
  ])('%s', (_, speaker, encoders, bias) => {
    const objects = nested();
    const { net, ensemble } = objects;
    net.config.addAttribute('trainable', null);
    say(net, speaker(objects), false);
    const isTrainable = resolveTrainable(net);
    expect([isTrainable({ array: 'encoders', ensemble }), isTrainable({ array: 'bias', ensemble })]).toEqual([
      encoders,
      bias,
    ]);
  });
});

describe('It applies to objects created before and after; the answer never depends on whether something was read before', () => {
  const answers = (net: Network): readonly boolean[] => {
    const isTrainable = resolveTrainable(net);
    return [
      ...net.ensembles.flatMap((ensemble) => [
        isTrainable({ array: 'encoders', ensemble }),
        isTrainable({ array: 'bias', ensemble }),
      ]),
      ...net.connections.map((connection) => isTrainable({ array: 'weights', connection })),
    ];
  };

  const addObjects = (): void => {
    const ensemble = new Ensemble({ nNeurons: 3, dimensions: 1 });
    new Connection(ensemble, ensemble);
  };

  test('before and after', () => {
    const net = new Network({}, () => {
      addObjects();
      configureSettings({ trainable: false });
      addObjects();
    });
    expect(answers(net)).toEqual([false, false, false, false, false, false]);
    net.config.of(Ensemble).trainable = true;
    net.within(addObjects);
    expect(answers(net)).toEqual([true, true, true, true, true, true, false, false, false]);
  });

  test('reading every object first changes no answer', () => {
    const read = nested();
    const fresh = nested();
    for (const { net, inner, ensemble } of [read, fresh]) {
      net.config.addAttribute('trainable', null);
      if (net === read.net) {
        for (const speaker of [ensemble, ensemble.neurons, inner, Ensemble, Neurons, Network, Connection]) {
          void (net.config.of(speaker as Ensemble) as { trainable?: Opinion }).trainable;
        }
        resolveTrainable(net)({ array: 'encoders', ensemble });
      }
      net.config.of(inner).trainable = false;
    }
    const asked = ({ net, ensemble, connection }: Nested) =>
      (['encoders', 'bias', 'weights'] as const).map((array) =>
        resolveTrainable(net)(questionOf(array, { ensemble, connection } as Nested)),
      );
    expect(asked(read)).toEqual(asked(fresh));
    expect(asked(read)).toEqual([false, false, false]);
  });
});

describe('what a learning rule changes', () => {
  const learning = () => {
    const net = new Network();
    return net.within(() => {
      const [a, b] = [1, 1].map((dimensions) => new Ensemble({ nNeurons: 3, dimensions })) as [Ensemble, Ensemble];
      const decoders = new Connection(a, b, { learningRuleType: [pes()] });
      const encoders = new Connection(b, a, { learningRuleType: { moving: voja() } });
      return { net, a, b, decoders, encoders };
    });
  };

  test('is not trained, and all else is', () => {
    const { net, a, b, decoders, encoders } = learning();
    const isTrainable = resolveTrainable(net);
    expect(isTrainable({ array: 'weights', connection: decoders })).toBe(false);
    expect(isTrainable({ array: 'weights', connection: encoders })).toBe(true);
    expect(isTrainable({ array: 'encoders', ensemble: a })).toBe(false);
    expect(isTrainable({ array: 'encoders', ensemble: b })).toBe(true);
    expect(isTrainable({ array: 'bias', ensemble: a })).toBe(true);
    expect(isTrainable({ array: 'tau', connection: decoders })).toBe(true);
  });

  test('is trained where somebody says so', () => {
    const { net, a, decoders } = learning();
    net.within(() => configureSettings({ trainable: null }));
    net.config.of(decoders).trainable = true;
    net.config.of(a).trainable = true;
    const isTrainable = resolveTrainable(net);
    expect(isTrainable({ array: 'weights', connection: decoders })).toBe(true);
    expect(isTrainable({ array: 'encoders', ensemble: a })).toBe(true);
  });
});
