/** @file What to call something that was given in the place of an object of the network. */
import { showValue } from '@ndl/core';
import { describeObject, isNetworkObject } from '@ndl/model';

/** Kind and label: `node 'eyes'`; of an object without label its place in the network: `Node (nodes[0])`. */
export function nameOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return showValue(value);
  const { kind, label } = value as { readonly kind?: unknown; readonly label?: unknown };
  if (typeof label === 'string') return `${typeof kind === 'string' ? kind : 'an object'} '${label}'`;
  if (isNetworkObject(value)) return describeObject(value);
  return typeof kind === 'string' ? kind : 'an object';
}
