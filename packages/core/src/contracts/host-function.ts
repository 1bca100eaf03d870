/** @file A function of the host language as plugins write it, declaration and functions in one. */
import { refuseSurplus } from '@ndl/numerics';
import type { HostDeclaration, HostFunctions } from '@ndl/ir';

/** It is differentiable where it has a `derivative`. */
export type HostFunction = Omit<HostDeclaration, 'differentiable'> & HostFunctions;

/** What stands in a program of it. */
export function declarationOf({ id, label, scope, acts, derivative }: HostFunction): HostDeclaration {
  refuseSurplus('declarationOf', arguments, 1);
  return { id, label, scope, acts, differentiable: derivative !== undefined };
}
