import { token, type BackendEntry, type Settings } from '@ndl/core';
import type { Program, Training } from '@ndl/ir';
import { describe, expect, it } from 'vitest';
import { chooseBackend, requireSupport, type BackendCandidate } from './choose-backend.ts';

const candidate = (name: string, entry: Partial<BackendEntry> = {}): BackendCandidate => ({
  key: token<BackendEntry>(`test/${name}`),
  entry: {
    name,
    priority: 0,
    dtypes: ['float32', 'float64'],
    sessionConfig: [],
    supports: () => ({ supported: true }),
    load: () => Promise.reject(new Error('it is not loaded here')),
    ...entry,
  },
});

const slow = candidate('slow');
const fast = candidate('fast', { priority: 10, dtypes: ['float32'] });
const picky = candidate('picky', {
  priority: 20,
  supports: () => ({ supported: false, reason: 'it has no random numbers.' }),
});

const choose = (
  candidates: readonly BackendCandidate[],
  settings: Partial<Settings> = {},
): ReturnType<typeof chooseBackend> =>
  chooseBackend(candidates, {
    settings: { dtype: 'float32', sessionConfig: {}, ...settings } as Settings,
    program: {} as Program,
    items: 1,
  });

const refusal = (code: string, message: RegExp): Error =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as unknown }) as Error;

describe('requireSupport', () => {
  const forward = { buffers: [] } as unknown as Program;
  const training = { forward } as Training;
  const runsOnly = candidate('runs only', {
    priority: 30,
    supports: (_, training) =>
      training === undefined ? { supported: true } : { supported: false, reason: 'it has no gradients.' },
  });
  const settings = { dtype: 'float32', sessionConfig: {} } as unknown as Settings;

  it('asks the backend about each training program, and names those that can', () => {
    const candidates = [slow, picky, runsOnly];
    const choice = choose(candidates);
    expect(choice.name).toBe('runs only');
    expect(() => requireSupport(training, choice, candidates, settings)).toThrow(
      refusal('BACKEND_REFUSED', /runs only cannot train this network: it has no gradients\. .*slow \(test\/slow\)/),
    );
    expect(() => requireSupport(training, choose([slow]), candidates, settings)).not.toThrow();
  });
});

describe('chooseBackend', () => {
  it('takes the highest priority that can do the job, and says why', () => {
    expect(choose([slow, fast, picky])).toMatchObject({
      name: 'fast',
      reason: expect.stringContaining('picky: it has no random numbers.') as unknown,
    });
    expect(choose([slow, fast], { dtype: 'float64' })).toMatchObject({
      name: 'slow',
      reason: expect.stringContaining('fast: it computes in float32 only') as unknown,
    });
    expect(choose([slow])).toMatchObject({ name: 'slow', reason: 'the only one loaded' });
  });

  it('takes the one that is named, whatever its priority', () => {
    expect(choose([slow, fast], { backend: slow.key })).toMatchObject({
      name: 'slow',
      reason: 'the setting backend names it',
    });
  });

  it('refuses the one that is named where it cannot, with those that can', () => {
    expect(() => choose([slow, fast], { backend: fast.key, dtype: 'float64' })).toThrow(
      refusal('BACKEND_REFUSED', /fast.*float64.*slow \(test\/slow\)/),
    );
    expect(() => choose([picky], { backend: picky.key })).toThrow(
      refusal('BACKEND_REFUSED', /no random numbers.*No other loaded backend can/),
    );
  });

  it('refuses where none can, with the reason of each', () => {
    expect(() => choose([picky])).toThrow(refusal('NO_BACKEND', /picky: it has no random numbers/));
    expect(() => choose([])).toThrow(refusal('NO_BACKEND', /referenceBackend\(\)/));
  });
});

describe('estimates', () => {
  const taking = (seconds: number): Pick<BackendEntry, 'estimate'> => ({
    estimate: (_, { steps }) => ({ supported: true, seconds: (seconds * steps) / 1000 }),
  });
  const usual = candidate('usual', { priority: 20, ...taking(0.1) });

  it('let a backend that is at least twice as quick take the place of the default', () => {
    const [half, nearly] = [candidate('half', taking(0.05)), candidate('nearly', taking(0.051))];
    expect(choose([nearly, usual]).name).toBe('usual');
    expect(choose([half, usual])).toMatchObject({
      name: 'half',
      reason: 'expected to take 50 ms for 1000 steps, where usual, the default, would take 100 ms',
    });
    expect(choose([nearly, usual]).reason).toMatch(/usual to take 100 ms, nearly to take 51 ms/);
  });

  it('take the quickest of several, and of equals the first by priority, whatever their order', () => {
    const [a, b, c] = [
      candidate('a', { priority: 1, ...taking(0.02) }),
      candidate('b', { priority: 3, ...taking(0.01) }),
      candidate('c', { priority: 2, ...taking(0.01) }),
    ];
    for (const order of [
      [a, b, c, usual],
      [usual, c, b, a],
      [c, a, usual, b],
    ])
      expect(choose(order).name).toBe('b');
  });

  it('decide nothing where the default, or a challenger, gives none', () => {
    expect(choose([slow, candidate('eager', { priority: -1, ...taking(0) })]).name).toBe('slow');
    expect(choose([usual, slow]).name).toBe('usual');
    expect(choose([candidate('first', { priority: 20, ...taking(0) }), candidate('other', taking(0))]).name).toBe(
      'first',
    );
  });

  it('may refuse, with a reason that is told, also where the backend is named', () => {
    const full = candidate('full', {
      priority: 30,
      estimate: (_, { items, inferenceOnly }) => ({
        supported: false,
        reason: `no room for ${items} items${inferenceOnly ? '' : ', and no gradients'}.`,
      }),
    });
    expect(choose([full, usual])).toMatchObject({
      name: 'usual',
      reason: expect.stringContaining('full: no room for 1 items, and no gradients.') as unknown,
    });
    expect(choose([full, usual], { inferenceOnly: true }).reason).toContain('full: no room for 1 items.');
    expect(() => choose([full], { backend: full.key })).toThrow(refusal('BACKEND_REFUSED', /full.*no room/));
  });
});
