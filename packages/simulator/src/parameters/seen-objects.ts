/** @file What a simulator last saw of the objects that it writes learnt arrays to: what they go with must not have changed since. */
import { describeObject, type Connection, type Ensemble, type Probe } from '@ndl/model';
import { isNdArray } from '@ndl/numerics';
import { networkChanged } from './parameter-errors.ts';

type Writable = Ensemble | Connection | Probe;

/** Parameters that what is learnt replaces, or that it means something together with. */
const PARAMETERS: Readonly<Record<Writable['kind'], readonly string[]>> = {
  ensemble: ['radius', 'neuronType', 'encoders', 'normalizeEncoders', 'gain', 'bias', 'maxRates', 'intercepts', 'seed'],
  connection: ['function', 'transform', 'solver', 'evalPoints', 'scaleEvalPoints', 'seed'],
  probe: ['solver', 'seed'],
};

/** Remembers objects as they were written; those that were not are compared with the copies that were built. */
export class SeenObjects {
  readonly #seen = new WeakMap<Writable, ReadonlyMap<string, unknown>>();

  /** Remembers an object as it is now. */
  see(original: Writable): void {
    this.#seen.set(original, parametersOf(original));
  }

  /** @throws NdlError NETWORK_CHANGED for an object of which a parameter is no longer what it was when it was seen last. */
  requireUnchanged(original: Writable, copy: Writable): void {
    const before = this.#seen.get(original) ?? parametersOf(copy);
    const changed = [...parametersOf(original)].filter(([name, value]) => !isSame(value, before.get(name)));
    const names = changed.map(([name]) => name);
    if (names.length > 0) throw networkChanged('freezeParameters', describeObject(original), names);
  }
}

function parametersOf(object: Writable): ReadonlyMap<string, unknown> {
  const values = object as unknown as Readonly<Record<string, unknown>>;
  return new Map(PARAMETERS[object.kind].map((name) => [name, values[name]]));
}

/** Whether two values are the same function, the same numbers, or data made of such. */
function isSame(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (isNdArray(left) && isNdArray(right)) {
    return isSame(left.shape, right.shape) && left.data.every((value, index) => Object.is(value, right.data[index]));
  }
  const names = Object.keys(left);
  const values = [left, right] as readonly Readonly<Record<string, unknown>>[];
  return (
    names.length === Object.keys(right).length && names.every((name) => isSame(values[0]![name], values[1]![name]))
  );
}
