import { describe, expect, test } from 'vitest';
import { CONTRACT_VERSION, definePlugin, indexByKind, token, tokenId, type Planner, type Token } from '../index.ts';

describe('token', () => {
  test('is the same symbol for the same id, whichever copy of the package made it', () => {
    const planner: Token<Planner> = token<Planner>('@acme/planner/anneal');
    expect(planner).toBe(Symbol.for('@acme/planner/anneal'));
    expect(tokenId(planner)).toBe('@acme/planner/anneal');
  });

  test('tells a choice from a function handed in directly', () => {
    const choice: Token<Planner> | Planner = token<Planner>('@acme/planner/anneal');
    expect(typeof choice).toBe('symbol');
  });

  test('names symbols that are no tokens as well as it can', () => {
    expect(tokenId(Symbol('local'))).toBe('local');
  });
});

describe('definePlugin', () => {
  test('stamps the version of the contracts and freezes', () => {
    const plugin = definePlugin({ name: '@acme/planner', register: () => {} });
    expect(plugin).toMatchObject({ name: '@acme/planner', contract: CONTRACT_VERSION });
    expect(Object.isFrozen(plugin)).toBe(true);
  });

  test.each<[unknown, string]>([
    [undefined, 'definePlugin: the definition must be'],
    [{}, 'definePlugin: name must be'],
    [{ name: '', register: () => {} }, 'definePlugin: name must be'],
    [{ name: '@acme/planner' }, 'definePlugin: register of @acme/planner must be a function; got undefined'],
    [{ name: '@acme/planner', register: 1 }, 'register of @acme/planner must be a function; got 1'],
    [
      { name: '@acme/planner', register: () => {}, requires: 'x' },
      'requires of @acme/planner must be a list of tokens',
    ],
  ])('refuses %j', (definition, message) => {
    const define = (): unknown => definePlugin(definition as never);
    expect(define).toThrow(message);
    expect(define).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });
});

describe('indexByKind', () => {
  const entries = [
    { kind: 'lif', from: 1 },
    { kind: 'tanh', from: 1 },
    { kind: 'lif', from: 2 },
  ];

  test('keeps the order of contribution', () => {
    expect([...indexByKind(entries.slice(0, 2), 'neuron definitions').keys()]).toEqual(['lif', 'tanh']);
  });

  test('refuses two entries of one kind', () => {
    const index = () => indexByKind(entries, 'neuron definitions');
    expect(index).toThrow(expect.objectContaining({ code: 'DUPLICATE_KIND' }));
    expect(index).toThrow(/neuron definitions.*"lif"/);
  });
});
