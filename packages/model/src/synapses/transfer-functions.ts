/** @file Synapses as transfer functions, numerator over denominator, and filters one behind the other. */
import { multiplyPolynomials, refuseSurplus } from '@ndl/numerics';
import { filtersNotCombined, noTransferFunction } from './filter-errors.ts';
import { kept } from '../data/kept.ts';
import { checkedSynapse, linearFilter, type Alpha, type LinearFilter, type Lowpass, type Synapse } from './synapses.ts';

/** A rational transfer function; coefficients from the highest power down. */
export interface TransferFunction {
  readonly numerator: ArrayLike<number>;
  readonly denominator: ArrayLike<number>;
  /** In s; otherwise in z. */
  readonly analog: boolean;
  /** How it becomes a discrete one. */
  readonly method: LinearFilter['method'];
}

/** The transfer function of a lowpass, alpha or linear filter; undefined for other kinds. */
export function transferFunctionOf(filter: Synapse): TransferFunction | undefined {
  refuseSurplus('transferFunctionOf', arguments, 1);
  switch (filter.kind) {
    case 'lowpass':
      return { numerator: [1], denominator: [(filter as Lowpass).tau, 1], analog: true, method: 'zoh' };
    case 'alpha': {
      const { tau } = filter as Alpha;
      return { numerator: [1], denominator: [tau * tau, 2 * tau, 1], analog: true, method: 'zoh' };
    }
    case 'linearFilter': {
      const known = filter as LinearFilter;
      const { analog, method } = known;
      return { numerator: kept(known, 'numerator').data, denominator: kept(known, 'denominator').data, analog, method };
    }
    default:
      return undefined;
  }
}

/**
 * The filter of one behind the other: the product of their transfer functions. Numbers stand for low-pass filters of so many seconds.
 * It is made discrete by the method of the first.
 * @throws NdlError INVALID_OPTION for what is no synapse; FILTER_NOT_RATIONAL, FILTERS_NOT_COMBINED for filters that have no transfer
 * function, or one in s and one in z
 */
export function combineFilters(first: Synapse | number, second: Synapse | number): LinearFilter {
  refuseSurplus('combineFilters', arguments, 2);
  const [a, b] = [rational(first, 'first'), rational(second, 'second')];
  if (a.analog !== b.analog) throw filtersNotCombined();
  return linearFilter(
    multiplyPolynomials(a.numerator, b.numerator),
    multiplyPolynomials(a.denominator, b.denominator),
    { analog: a.analog, method: a.method },
  );
}

function rational(given: Synapse | number, which: string): TransferFunction {
  const filter = checkedSynapse(given, `combineFilters: the ${which} filter`);
  const found = transferFunctionOf(filter);
  if (found === undefined) throw noTransferFunction('combineFilters', filter.kind);
  return found;
}
