/** @file Files of Nengo become networks; what is broken, or made to do harm, is refused at the door. */
import { Network } from '@ndl/model';
import { describe, expect, it } from 'vitest';
import { readGolden } from '../../../golden/networks/read-golden.ts';
import { importNengo } from '../index.ts';
import type { GoldenFile } from '../nengo.ts';

type Loose = Record<string, never> & { [name: string]: never };
const file = readGolden<GoldenFile>('product');
/** The file with something changed, or added. */
const changed = (change: (copy: Loose) => void): unknown => {
  const copy = structuredClone(file) as unknown as Loose;
  change(copy);
  return copy;
};
const refusal = (code: string, text: string): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

describe('a file of Nengo', () => {
  it('becomes a network with its objects, labels and seeds', () => {
    const network = importNengo(JSON.stringify(file));
    expect([network.label, network.seed]).toEqual(['product', file.networks[0]!.seed]);
    expect(network.networks.map(({ label, seed }) => [label, seed])).toEqual([['Product', file.networks[1]!.seed]]);
    expect(network.allEnsembles.map(({ seed }) => seed)).toEqual(file.ensembles.map(({ seed }) => seed));
    expect(network.allConnections.length).toBe(file.connections.length);
    expect(network.probes.length).toBe(file.probes.length);
  });

  it('may have ensembles without neurons', () => {
    const { constructed: _, ...slicing } = readGolden<GoldenFile>('slicing');
    const direct = importNengo(slicing).allEnsembles.filter(({ neuronType }) => neuronType.kind === 'direct');
    expect(direct.map(({ dimensions }) => dimensions)).toEqual([2]);
  });

  it('may have markup and code in its labels: they are texts', () => {
    const label = '<img src=x onerror="alert(1)"> ${process.exit()} "); DROP TABLE networks;';
    const network = importNengo(changed((copy) => ((copy['ensembles']![0] as Loose)['label'] = label as never)));
    expect(network.allEnsembles[0]!.label).toBe(label);
  });
});

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const set =
  (list: string, name: string, value: unknown) =>
  (copy: Loose): void => {
    (copy[list]![0] as Loose)[name] = value as never;
  };

describe('refuses', () => {
  const text = JSON.stringify(file);
  it.each<[string, unknown, string, string]>([
    ['half a file', text.slice(0, text.length / 2), 'NENGO_FILE', 'it is no JSON, or a part of one'],
    ['no file', undefined, 'NENGO_FILE', 'it is no object'],
    ['a list', '[]', 'NENGO_FILE', 'it is no object'],
    [
      'another version',
      changed((copy) => (copy['format'] = 'nengo-golden/3' as never)),
      'NENGO_FILE',
      '"nengo-golden/3"',
    ],
    ['no version', '{}', 'NENGO_FILE', 'its format is not told'],
    [
      'deep nesting',
      `{"format": "nengo-golden/2", "doc": ${nested(100_000)}}`,
      'NENGO_FILE',
      'nested more than 32 deep',
    ],
    ['a prototype', text.replace('"format"', '"__proto__": {"polluted": 1}, "format"'), 'NENGO_FILE', '__proto__'],
    ['a constructor', text.replace('"format"', '"constructor": {}, "format"'), 'NENGO_FILE', 'constructor'],
    [
      'ensembles that are none',
      changed((copy) => (copy['ensembles'] = {} as never)),
      'NENGO_FILE',
      'ensembles is no list',
    ],
    ['more neurons than there are', changed(set('ensembles', 'n_neurons', 1e6)), 'NENGO_FILE', 'encoders are not'],
    ['neurons beyond number', changed(set('ensembles', 'n_neurons', 1e300)), 'NENGO_FILE', 'n_neurons is no size'],
    ['huge nodes', changed(set('nodes', 'size_in', 1e12)), 'NENGO_FILE', 'nodes[0]: size_in is no size'],
    ['points beyond number', changed(set('ensembles', 'n_eval_points', 1e9)), 'NENGO_FILE', 'n_eval_points'],
    ['a time step of zero', changed((copy) => (copy['dt'] = 0 as never)), 'NENGO_FILE', 'dt is no size'],
    ['a label that is a list', changed(set('nodes', 'label', ['x'])), 'NENGO_FILE', 'nodes[0]: label is no text'],
    ['a seed that is a text', changed(set('ensembles', 'seed', '7')), 'NENGO_FILE', 'seed is none'],
    ['one id twice', changed(set('nodes', 'id', 'ens0')), 'NENGO_FILE', 'has the id of another'],
    [
      'networks that contain themselves',
      changed(set('networks', 'networks', ['net0'])),
      'NENGO_FILE',
      'networks[0]: networks',
    ],
    [
      'an end that is not there',
      changed(set('connections', 'pre', { kind: 'node', id: 'x' })),
      'NENGO_FILE',
      'connections[0]: pre',
    ],
    [
      'indices that are texts',
      changed(set('connections', 'pre', { kind: 'node', id: 'node0', indices: ['0'] })),
      'NENGO_FILE',
      'indices are no whole numbers',
    ],
    ['a spec that is missing', changed(set('ensembles', 'spec', null)), 'NENGO_FILE', 'ensembles[0] has no spec'],
    [
      'a solver that is missing',
      changed(set('connections', 'solver', undefined)),
      'NENGO_FILE',
      'something is missing',
    ],
    [
      'a solver that ndl does not have',
      changed(set('connections', 'solver', { type: 'Oracle' })),
      'NENGO_KIND',
      'the network needs solver Oracle',
    ],
    [
      'a kind named as what objects have',
      changed(set('connections', 'solver', { type: 'toString' })),
      'NENGO_KIND',
      'solver toString',
    ],
    ['a radius that is negative', changed(set('ensembles', 'radius', -1)), 'INVALID_OPTION', 'radius'],
  ])('%s', (_, json, code, message) => {
    expect(() => importNengo(json)).toThrow(refusal(code, message));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('nothing that leaves a network open or half made', () => {
    const outer = new Network({ seed: 0 });
    outer.within(() => {
      expect(() => importNengo(changed(set('connections', 'solver', { type: 'Oracle' })))).toThrow(
        refusal('NENGO_KIND', 'Oracle'),
      );
      expect(outer.networks).toEqual([]);
    });
  });
});
