/**
 * @file Two copies of this package in one program, by two installations or two addresses of a page: what one has made the other can look
 * at and cannot take. It is refused like all that does not belong; these sentences say why it looks as if it did.
 */
import { refuseSurplus } from '@ndl/numerics';
import { isNetworkObject } from './objects.ts';
import { isRecorded } from './recorded.ts';

const REMEDY =
  'Two copies of ndl are loaded: install one version of it (`npm ls ndl` shows them, `npm dedupe` may do), have bundlers take one ' +
  "(`resolve.dedupe: ['ndl']` in Vite), and pages import it from one address.";

/** What to say of a value that another copy of this package has made; empty of all others. */
export function hintForOtherCopy(value: unknown): string {
  refuseSurplus('hintForOtherCopy', arguments, 1);
  if (!isNetworkObject(value)) return '';
  const { toplevel } = value.kind === 'network' ? value : value.network;
  return isRecorded(toplevel) ? '' : `It was made by another copy of ndl. ${REMEDY}`;
}

/** Networks that are open, a list for each copy that has opened one; copies of every version know it by this name. */
const OPEN = /* @__PURE__ */ Symbol.for('@ndl/model/open-networks');

type WithOpen = typeof globalThis & { [OPEN]?: Set<readonly unknown[]> };

/** Lets other copies see which networks this one has open. */
export function shareOpenNetworks(own: readonly unknown[]): void {
  const program = globalThis as WithOpen;
  (program[OPEN] ??= new Set()).add(own);
}

/** What to say where no network is open in this copy: that one is in another; empty where none is there either. */
export function hintForOtherContext(own: readonly unknown[]): string {
  const others = [...((globalThis as WithOpen)[OPEN] ?? [])].filter((open) => open !== own);
  return others.some(({ length }) => length > 0) ? `A network of another copy of ndl is open. ${REMEDY}` : '';
}
