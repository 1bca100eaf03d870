/**
 * @file Two networks and a delay worked through, as `docs/architecture.md` shows them: the sections that their loops are taken apart into,
 * forwards and backwards; and that no bit of a gradient depends on how long blocks are.
 */
import { readFileSync } from 'node:fs';
import { referenceEntry } from '@ndl/backend-reference';
import type { TrainRequest } from '@ndl/core';
import {
  assembleTraining,
  fullView,
  printProgram,
  takeApart,
  type Buffer,
  type Program,
  type Section,
  type Tables,
  type Training,
} from '@ndl/ir';
import { describe, expect, test } from 'vitest';
import { Connection, Ensemble, meanSquaredError, Network, Node, Probe } from './index.ts';
import { simulate } from './reference-simulator.test-helper.ts';

const page = readFileSync(new URL('../../../docs/architecture.md', import.meta.url), 'utf8');

/** Sections, and the kinds and labels of what stands in them. */
function outline(sections: readonly Section[]): string {
  return sections
    .map(({ kind, direction, instructions }) => {
      const lines = new Set(instructions.map((each) => `  ${each.kind}: ${each.label}\n`));
      return `${kind}${direction === 'descending' ? ' descending' : ''}\n${[...lines].join('')}`;
    })
    .join('');
}

/** What the page shows under a title, the first line of a block. */
function shown(title: string): string | undefined {
  return page.match(/```text\n[\s\S]*?```/g)?.find((block) => block.startsWith(`\`\`\`text\n${title}\n`));
}

const written = (title: string, sections: readonly Section[]): string =>
  `\`\`\`text\n${title}\n\n${outline(sections)}\`\`\``;

/** Two populations of spiking neurons in a row, filters before and after. */
function twoLayers(): Network {
  return new Network({ seed: 2 }, () => {
    const stimulus = new Node([0.5], { label: 'stimulus' });
    const a = new Ensemble({ nNeurons: 20, dimensions: 1, label: 'a' });
    const b = new Ensemble({ nNeurons: 15, dimensions: 1, label: 'b' });
    new Connection(stimulus, a, { synapse: null });
    new Connection(a, b, { synapse: 0.005, label: 'a to b' });
    new Probe(b, { synapse: 0.01, label: 'shown' });
  });
}

/** A population that decodes 1000 neurons to one number in its loop. */
function recurrent(): Network {
  return new Network({ seed: 3 }, () => {
    const stimulus = new Node((t) => Math.sin(6 * t), { label: 'stimulus' });
    const a = new Ensemble({ nNeurons: 1000, dimensions: 1, label: 'a' });
    new Connection(stimulus, a, { transform: 0.1 });
    new Connection(a, a, { synapse: 0.1, label: 'feedback' });
    new Probe(a, { synapse: 0.01, label: 'shown' });
  });
}

const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, (_, k) => Math.sin(1.7 * k));

async function trainingOf(network: Network): Promise<{ training: Training; tables: Tables }> {
  await using sim = await simulate(network, { dtype: 'float32' });
  const objectives = [{ report: 'loss of shown', output: 'probes[0]', objective: meanSquaredError(), weight: 1 }];
  const variant = { held: new Set<string>(), heldTargets: new Set<string>(), neurons: 'training' } as const;
  return sim.compiled.trainingProgram({ objectives }, variant);
}

describe('two layers', () => {
  test('have the sections that the page shows', async () => {
    const { training, tables } = await trainingOf(twoLayers());
    const { sections } = assembleTraining(training, tables, 'gradients').program;
    const loss = sections.findIndex(({ kind }, number) => kind === 'window' && number > 0);
    expect(shown('two layers, forwards')).toBe(written('two layers, forwards', sections.slice(0, loss)));
    expect(shown('two layers, loss and backwards')).toBe(
      written('two layers, loss and backwards', sections.slice(loss)),
    );
  });

  test('truncated at 50 steps, have the same gradients in blocks of 16 as in any others', async () => {
    const { training, tables } = await trainingOf(twoLayers());
    const request: TrainRequest = {
      training: 'task',
      items: 3,
      steps: 110,
      truncation: 50,
      feed: new Map(training.forward.inputs.map(({ name }) => [name, { kind: 'held', data: numbers(3) }])),
      targets: new Map([['probes[0]', { kind: 'sequence', data: numbers(3 * 110) }]]),
      scalars: () => ({}),
    };
    const gradientsIn = async (maximumBlock: number): Promise<readonly number[]> => {
      const backend = await referenceEntry.load({});
      const executable = await backend.create();
      await executable.add('task', { ...training, forward: { ...training.forward, maximumBlock } }, tables);
      const { gradients } = await executable.gradients(request);
      executable.dispose();
      return training.trainable.flatMap((id) => [...gradients.get(id)!.data]);
    };
    const expected = await gradientsIn(16);
    expect(expected.some((each) => each !== 0)).toBe(true);
    for (const block of [1, 7, 50]) expect(await gradientsIn(block)).toEqual(expected);
  });
});

describe('a population that feeds itself', () => {
  test('has the sections that the page shows', async () => {
    await using sim = await simulate(recurrent(), { dtype: 'float32' });
    const { program } = sim.compiled.forwardProgram('run', new Set());
    expect(shown('a population that feeds itself')).toBe(written('a population that feeds itself', program.sections));
    const { training, tables } = await trainingOf(recurrent());
    const { sections } = assembleTraining(training, tables, 'gradients').program;
    const back = sections.filter(({ direction }) => direction === 'descending');
    expect(shown('a population that feeds itself, backwards')).toBe(
      written('a population that feeds itself, backwards', back),
    );
  });
});

describe('a delay of 30 ms before a product', () => {
  const buffer = (id: string, role: Buffer['role'], shape: readonly number[], changes: Partial<Buffer>): Buffer => {
    return { id, name: id, role, shape, items: true, steps: 'one', lifetime: 'step', initial: 0, ...changes };
  };
  const heard = buffer('heard', 'input', [3], { steps: { span: 'block', before: 30 }, lifetime: 'run' });
  const weights = buffer('weights', 'parameter', [2, 3], {
    items: false,
    lifetime: 'forever',
    initial: { array: 'weights' },
  });
  const said = buffer('said', 'temp', [2], {});
  const delayed = { ...fullView(heard), shape: [2, 3], strides: [0, 1], lag: { base: 30, perAxis: [0, 0] } };
  const target = { ...fullView(said), shape: [2, 3], strides: [1, 0] };
  const written: Program = {
    dtype: 'float64',
    dt: 0.001,
    scalars: [],
    buffers: [heard, weights, said],
    sections: [
      {
        kind: 'steps',
        direction: 'ascending',
        instructions: [
          { kind: 'contract', members: [{ left: fullView(weights), right: delayed, target }], mode: 'set' },
        ],
      },
    ],
    inputs: [{ name: 'heard', buffer: 'heard', held: false }],
    outputs: [{ name: 'said', view: fullView(said), every: 1 }],
    hosts: [],
    symbols: {},
  };
  const w = Float64Array.of(0.5, -1, 0.25, 2, 0.125, -0.75);
  const tables: Tables = { arrays: new Map([['weights', { shape: [2, 3], data: w }]]), hosts: new Map() };
  const apart = takeApart(written, tables);

  test('is a product over whole blocks, as the page shows', () => {
    const title = 'a delay of 30 ms before a product';
    expect(shown(title)).toBe(`\`\`\`text\n${title}\n\n${printProgram(apart)}\`\`\``);
  });

  test.each([1, 16, 1000])('in blocks of %i, says what was heard 30 steps before', async (maximumBlock) => {
    const backend = await referenceEntry.load({});
    const executable = await backend.create();
    await executable.add('run', { ...apart, maximumBlock }, tables);
    // Quarters of small numbers, so that no sum is rounded.
    const x = Float64Array.from({ length: 3 * 80 }, (_, k) => ((k * 7) % 23) / 4);
    const found: number[] = [];
    for (const [start, end] of [
      [0, 20],
      [20, 80],
    ] as const) {
      await executable.run({
        program: 'run',
        items: 1,
        steps: end - start,
        feed: new Map([['heard', { kind: 'sequence', data: x.subarray(3 * start, 3 * end) }]]),
        sink: { write: ({ data }) => void found.push(...data) },
        state: 'carried',
      });
    }
    backend.dispose();
    const heardAt = (step: number, k: number): number => x[3 * (step - 30) + k] ?? 0;
    const expected = Array.from({ length: 2 * 80 }, (_, place) =>
      [0, 1, 2].reduce((sum, k) => sum + w[3 * (place % 2) + k]! * heardAt(Math.floor(place / 2), k), 0),
    );
    expect(found).toEqual(expected);
  });
});
