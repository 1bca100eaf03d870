/** @file Copies in pieces: short pieces, the numbers of the original, and nothing shared with it. */
import { expect, it } from 'vitest';
import { complete, copyInPieces, fillInPieces, isCallable, isRevoked, NdArray } from '../index.ts';
import { PIECE } from '../basics/pieces.ts';

const LONG = 5 * 2 ** 16 + 3;

it('copies in pieces of few numbers', () => {
  const original = new NdArray(
    Float64Array.from({ length: LONG }, (_, index) => index / 7),
    [LONG],
  );
  const pieces = [...copyInPieces(original)];
  expect(pieces.length).toBeGreaterThan(5);
  expect(Math.max(...pieces)).toBeLessThanOrEqual(PIECE);
  expect(pieces.reduce((sum, piece) => sum + piece, 0)).toBe(LONG);
  const copy = complete(copyInPieces(original));
  expect(copy).toEqual(original);
  copy.data[0] = 5;
  expect(original.data[0]).toBe(0);
});

it('widens float32, keeps shapes, and copies nothing', () => {
  const copy = complete(copyInPieces(new NdArray(Float32Array.of(0.1, 2), [1, 2])));
  expect(copy.data).toEqual(Float64Array.of(Math.fround(0.1), 2));
  expect(copy.shape).toEqual([1, 2]);
  expect(complete(copyInPieces(new NdArray(new Float64Array(), [0, 3]))).shape).toEqual([0, 3]);
  const target = new Float32Array(2);
  complete(fillInPieces(target, Float64Array.of(0.1, 3)));
  expect(target).toEqual(Float32Array.of(0.1, 3));
});

const revoked = <Target extends object>(target: Target): Target => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};

it('tells what can be called', () => {
  class Made {}
  for (const callable of [() => 1, Math.max, async () => 1, { made() {} }.made, new Proxy(() => 1, {}), class_])
    expect(isCallable(callable)).toBe(true);
  for (const other of [Made, class {}, revoked(() => 1), undefined, null, 'class', {}])
    expect(isCallable(other)).toBe(false);
});

/** A function whose name begins like the keyword. */
function class_(): void {}

it('tells proxies that were revoked', () => {
  for (const value of [revoked({}), revoked([]), revoked(() => 1)]) expect(isRevoked(value)).toBe(true);
  for (const value of [null, undefined, 1, {}, [], new Proxy({}, {})]) expect(isRevoked(value)).toBe(false);
});
