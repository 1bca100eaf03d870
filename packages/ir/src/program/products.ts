/** @file Products as people write them, as members of a contract. Axes in front are groups: products of their own. */
import type { ContractMember } from './instructions.ts';
import type { View } from './view.ts';
import { insertAxis } from './view-axes.ts';

/**
 * `target = matrix · vector`, over the iteration space [...groups, rows, columns].
 * @param matrix [...groups, rows, columns]; transposition is a matter of strides
 * @param vector [...groups, columns]
 * @param target [...groups, rows]
 */
export function matrixVector(matrix: View, vector: View, target: View): ContractMember {
  const groups = matrix.shape.length - 2;
  const [rows, columns] = matrix.shape.slice(groups);
  return {
    left: matrix,
    right: insertAxis(vector, groups, rows),
    target: insertAxis(target, groups + 1, columns),
  };
}

/**
 * `target = left · rightᵀ`, over the iteration space [...groups, rows, columns].
 * @param left [...groups, rows]
 * @param right [...groups, columns]
 * @param target [...groups, rows, columns]
 */
export function outerProduct(left: View, right: View, target: View): ContractMember {
  const groups = target.shape.length - 2;
  const [rows, columns] = target.shape.slice(groups);
  return { left: insertAxis(left, groups + 1, columns), right: insertAxis(right, groups, rows), target };
}
